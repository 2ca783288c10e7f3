-- Which row an imported thing became, so that importing it again changes nothing.
create table imported_ids (
  source text not null,
  kind text not null check (kind in ('user', 'post', 'comment')),
  external_id text not null,
  id bigint not null,
  primary key (source, kind, external_id)
);
