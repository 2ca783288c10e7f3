-- The last number whose message was committed. Those between it and the sequence's last were of messages that were not, and whose facts were
-- sent again: a Redis that was slow to answer is not taken for a loss.
alter table broadcast_channel add column last bigint not null default 0;
update broadcast_channel set last = (select last_value from broadcast_numbers);
