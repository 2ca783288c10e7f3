-- When somebody was last sent a digest of what they have not read.
create table notification_digests (
  user_id int primary key references users on delete cascade,
  sent_at timestamptz not null
);
-- Whoever wants one: few do.
create index notification_preferences_by_mail on notification_preferences (user_id) where channel = 'EMAIL' and enabled;
