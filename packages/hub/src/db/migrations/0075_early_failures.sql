-- What a channel reported of a message before it had answered our request: it waits for the answer, which names the id.
create table early_failures (
  company_id bigint not null,
  channel_id bigint not null,
  external_id text not null,
  reason text not null,
  reported_at timestamptz not null,
  primary key (company_id, channel_id, external_id),
  foreign key (company_id, channel_id) references channels (company_id, id)
);
