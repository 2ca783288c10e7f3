-- Whoever counts anew waits for those who are changing kept counts, and whoever wants to waits for them.
create function lock_counts() returns void language plpgsql as $$
begin
  lock table user_counts, post_counts, comment_counts in share row exclusive mode;
end $$;
