-- What requests in both directions show of a channel's credentials. Hubs keep it in memory and store it every few seconds
-- (channel-health/observations.ts).

-- The clock of a channel's server against Portico's, by the Date of its answers and by the iat of its tokens.
create table channel_clocks (
  company_id bigint not null references companies (company_id),
  channel_id bigint not null,
  measured_by text not null check (measured_by in ('answers', 'tokens')),
  -- above zero: its clock is ahead
  ahead_ms bigint not null,
  -- the newest iat, in seconds: a token that is used again says nothing of the clock
  issued_at double precision,
  seen_at timestamptz not null,
  primary key (company_id, channel_id, measured_by)
);

create table channel_token_failures (
  company_id bigint not null references companies (company_id),
  channel_id bigint not null,
  hour timestamptz not null,
  code text not null,
  failures integer not null,
  last_at timestamptz not null,
  primary key (company_id, channel_id, hour, code)
);

-- When a secret of a channel type last verified a token, and last signed a request that was answered.
create table channel_type_secret_uses (
  company_id bigint not null references companies (company_id),
  secret_id bigint not null,
  verified_at timestamptz,
  signed_at timestamptz,
  primary key (company_id, secret_id)
);
