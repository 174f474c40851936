-- Whether images that HTML bodies load from elsewhere are shown: always, never, or when the reader asks.
alter table inboxes add column remote_images text not null default 'ask'
  constraint inboxes_remote_images check (remote_images in ('never', 'ask', 'always'));
