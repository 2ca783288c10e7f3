-- A job's row says all about it: sent_at, when a worker was told of it; lease_until, until when one runs it; next_try_at, when it is told of
-- (again). Lanes keep what may wait from holding up what may not.
alter table jobs
  add lane text not null default 'prompt' check (lane in ('prompt', 'bulk')),
  add sent_at timestamptz,
  add lease_until timestamptz,
  -- The post or share that a job delivers, and who published it: readers of feeds ask which entries are not delivered yet.
  add entry_id bigint generated always as ((payload ->> 'entryId')::bigint) stored,
  add actor_id int generated always as ((payload ->> 'actorId')::int) stored;

drop index jobs_due;
create index jobs_due on jobs (lane, next_try_at, id) where failed_at is null;
create index jobs_of_entries on jobs (entry_id, actor_id) where entry_id is not null;

-- A row lives for milliseconds: it leaves soon, leaves room beside it for its lease, and its page is soon all-visible again, so that
-- jobs_of_entries is read without the table.
alter table jobs set (
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 500
);

-- Jobs are written with their fact from now on; these are the facts whose jobs were still to be written.
insert into jobs (name, payload)
select following.job, facts.payload
from facts
join (values
  ('account.signed-up', 'accounts.send-verification'),
  ('account.email-changed', 'accounts.send-verification'),
  ('account.password-reset-requested', 'accounts.send-password-reset'),
  ('account.closed', 'posts.delete-of-user'),
  ('account.closed', 'interactions.delete-of-user'),
  ('account.closed', 'relationships.delete-of-user'),
  ('account.closed', 'accounts.delete-row')
) as following (fact, job) on following.fact = facts.name
order by facts.id;
