-- Recordings of calls: files (attachments), and what each is.
create table call_recordings (
  company_id bigint not null,
  attachment_id bigint not null,
  call_id bigint not null,
  recording_type text not null check (recording_type in ('call', 'voicemail')),
  primary key (company_id, attachment_id),
  foreign key (company_id, call_id) references calls (company_id, id) on delete cascade
);
create index call_recordings_call on call_recordings (company_id, call_id, attachment_id);
