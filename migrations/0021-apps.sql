-- Apps of other people that act for users: what OAuth 2 calls clients. A secret is stored as its SHA-256, as all that are random are.
create table apps (
  id int primary key generated always as identity,
  client_id text not null unique,
  secret_hash bytea not null,
  name text not null check (char_length(name) between 1 and 100),
  website text check (char_length(website) <= 2000),
  redirect_uris text[] not null check (cardinality(redirect_uris) between 1 and 20),
  scopes text[] not null check (cardinality(scopes) between 1 and 50),
  created_at timestamptz not null default now()
);

-- What a user lets an app do is a session of theirs, which ends as all others do: with the account, a new password, or by its user.
alter table sessions add column app_id int references apps on delete cascade;
create index sessions_app on sessions (app_id) where app_id is not null;

-- Codes live for minutes and work once. A used one stays until it is old, so that a second use is noticed and ends what the first began.
create table app_codes (
  hash bytea primary key,
  app_id int not null references apps on delete cascade,
  user_id int not null references users on delete cascade,
  redirect_uri text not null,
  scopes text[] not null,
  challenge text,
  expires_at timestamptz not null,
  session_id uuid references sessions on delete cascade,
  used_at timestamptz
);
create index app_codes_app on app_codes (app_id);
create index app_codes_user on app_codes (user_id);
create index app_codes_session on app_codes (session_id);

-- Without a session a token is the app's own (client credentials): it reads what is public.
create table app_tokens (
  hash bytea primary key,
  kind text not null check (kind in ('access', 'refresh')),
  app_id int not null references apps on delete cascade,
  session_id uuid references sessions on delete cascade,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  -- Of a refresh token: its reuse is noticed, and ends the session.
  used_at timestamptz
);
create index app_tokens_app on app_tokens (app_id);
create index app_tokens_session on app_tokens (session_id);
