-- What a client has taken out of its list: all up to a cause, or one.
alter table notifications add column dismissed_cause bigint not null default 0;
alter table notification_causes add column dismissed boolean not null default false;

-- How far a user has read, as their clients tell each other.
create table read_markers (
  user_id int not null references users on delete cascade,
  timeline text not null check (timeline in ('home', 'notifications')),
  last_read_id text not null check (char_length(last_read_id) between 1 and 64),
  version int not null default 1,
  updated_at timestamptz not null default now(),
  primary key (user_id, timeline)
);

-- The hash of the password by which its user agreed to it: another password takes back what nobody has redeemed yet.
alter table app_codes add column password text not null default '';
