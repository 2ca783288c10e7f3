-- Facts are sent to every process under numbers without a gap. Whoever sends holds the row, so that they are sent in their order; the numbers
-- are a sequence's, so that none comes again after a rollback: then there is a gap, and whoever hears notices.
create table broadcast_channel (single boolean primary key default true check (single));
insert into broadcast_channel default values;
create sequence broadcast_numbers as bigint;
