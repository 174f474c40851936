-- Channel types whose server is behind OAuth 2.0. A grant is what an authorization server gave: one for a channel, or one for several
-- that share it. Its tokens are sealed; the access token is what is sent with every request to the channel's server.
alter table channel_types
  drop constraint channel_types_auth_type_check,
  add constraint channel_types_auth_type_check check (auth_type in ('none', 'api_key', 'bearer', 'basic', 'oauth2')),
  -- {grant, authorize_url, token_url, introspection_url, client_id, scopes, credentials_mode}
  add column oauth2 jsonb,
  add column sealed_client_secret bytea,
  add column wants_list_addresses boolean not null default false,
  add constraint channel_types_oauth2_check check (auth_type <> 'oauth2' or oauth2 is not null);

create table oauth_grants (
  company_id bigint not null references companies (company_id),
  id bigint not null,
  channel_type_id bigint not null,
  sealed_access_token bytea not null,
  sealed_refresh_token bytea,
  -- what a token is asked for with where there is no refresh token: client credentials, or user name and password
  sealed_login bytea,
  -- who authorized it; the id only where channels share the grant
  owner_id text,
  owner_name text,
  -- counts its tokens: an answer to a request with an older one changes nothing
  generation integer not null default 1,
  obtained_at timestamptz not null default now(),
  -- null: it does not expire
  expires_at timestamptz,
  -- null: nothing is planned
  renew_at timestamptz,
  -- the hub that is renewing it now
  claim_id uuid,
  lease_until timestamptz,
  failures integer not null default 0,
  last_error text,
  ended_at timestamptz,
  primary key (company_id, id),
  foreign key (company_id, channel_type_id) references channel_types (company_id, id)
);
create index oauth_grants_due on oauth_grants (renew_at) where renew_at is not null;
create unique index oauth_grants_owner on oauth_grants (company_id, channel_type_id, owner_id);

alter table channels
  add column oauth_grant_id bigint,
  add foreign key (company_id, oauth_grant_id) references oauth_grants (company_id, id);
create index channels_grant on channels (company_id, oauth_grant_id) where oauth_grant_id is not null;

-- An admin who was sent to the authorization server and has not come back yet, or has come back and chooses an address.
create table channel_authorizations (
  company_id bigint not null references companies (company_id),
  id bigint not null,
  state_hash bytea not null,
  teammate_id bigint not null,
  session_id text not null,
  channel_type_id bigint not null,
  -- the channel that is authorized again; null: one that is to be added
  channel_id bigint,
  inbox_id bigint not null,
  name text not null,
  undo_send_time integer not null default 0,
  -- PKCE's code verifier
  sealed_verifier bytea not null,
  expires_at timestamptz not null,
  -- a state works once
  used_at timestamptz,
  -- the tokens, until the first channel has them
  sealed_tokens bytea,
  oauth_grant_id bigint,
  primary key (company_id, id),
  unique (company_id, state_hash)
);
create index channel_authorizations_expired on channel_authorizations (company_id, expires_at);
