-- How large a picture is seen, in pixels; null: it is none, or nobody could tell.
alter table attachments add column width integer, add column height integer;

-- A small WebP of a picture; it goes with its file. bytes null: none can be made of it.
create table thumbnails (
  company_id bigint not null,
  attachment_id bigint not null,
  bytes bytea,
  primary key (company_id, attachment_id),
  foreign key (company_id, attachment_id) references attachments (company_id, id) on delete cascade
);
