-- What better-auth keeps (its core schema 1.7, names in snake case), in the directory: a person signs in before a company
-- is known. sign_ins says which teammate a user is.
create table directory.users (
  id text primary key,
  name text not null,
  email text not null unique,
  email_verified boolean not null default false,
  image text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table directory.sessions (
  id text primary key,
  token text not null unique,
  user_id text not null references directory.users (id) on delete cascade,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index sessions_user on directory.sessions (user_id);

create table directory.accounts (
  id text primary key,
  account_id text not null,
  provider_id text not null,
  user_id text not null references directory.users (id) on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  -- scrypt, salted
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index accounts_user on directory.accounts (user_id);

create table directory.verifications (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index verifications_identifier on directory.verifications (identifier);

-- Attempts to sign in within the minute that began at window_started_at. The key is a hash of account and address.
create table directory.sign_in_attempts (
  key bytea primary key,
  window_started_at timestamptz not null,
  attempts integer not null
);
