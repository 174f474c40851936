-- Tokens that no channel uses any more, until the authorization server was asked to end them (RFC 7009). They are sealed as they were
-- in their grant.
create table oauth_revocations (
  company_id bigint not null references companies (company_id),
  grant_id bigint not null,
  generation integer not null,
  channel_type_id bigint not null,
  sealed_access_token bytea not null,
  sealed_refresh_token bytea,
  sealed_login bytea,
  attempts integer not null default 0,
  due_at timestamptz not null default now(),
  primary key (company_id, grant_id, generation),
  foreign key (company_id, channel_type_id) references channel_types (company_id, id)
);
create index oauth_revocations_due on oauth_revocations (due_at);

update channel_types set oauth2 = '{"revocation_url": "", "revokes_replaced": false}' || oauth2 where oauth2 is not null;
