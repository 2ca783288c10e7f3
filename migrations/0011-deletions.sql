-- A post that changes hands is counted for its new author. So far that is a deleted one on which much hangs: it is nobody's until it is gone.
create function count_moved_post() returns trigger language plpgsql as $$
begin
  perform count_for_user(old.author_id, -1, 0, 0);
  perform count_for_user(new.author_id, 1, 0, 0);
  return null;
end $$;
create trigger posts_count_moved after update of author_id on posts
  for each row when (old.author_id <> new.author_id) execute function count_moved_post();
