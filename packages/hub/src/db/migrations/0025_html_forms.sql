-- What an HTML body became when it was stored: converting one takes milliseconds to seconds, so it is done once, off the main
-- thread. Plain text has none. A message without (stored by an older hub), or with those of an older version, is converted when it
-- is read.
create table html_forms (
  company_id bigint not null,
  message_id bigint not null,
  -- of the converter; 0: makeshift, because no thread was to be had
  version smallint not null,
  text text not null,
  -- sanitised; null where only the text is shown
  html text,
  shown text not null check (shown in ('inline', 'frame', 'text')),
  primary key (company_id, message_id),
  foreign key (company_id, message_id) references messages (company_id, id) on delete cascade
);
