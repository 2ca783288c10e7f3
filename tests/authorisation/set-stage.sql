-- One call sets a whole stage, so that each cell of the matrix can have its own: stage.ts says what is on it. `struck` is taken away.
create function set_stage(number int, struck int, who text, password_hash text, secrets bytea[]) returns jsonb language plpgsql as $$
declare
  owner int; bob int; suspended int; actor int; owners_session uuid; actors_session uuid;
  post bigint; followers_post bigint; hidden_post bigint; comment bigint; hidden_comment bigint; comment_for_followers bigint;
  comment_on_hidden bigint; bobs_post bigint; under_bobs bigint; bobs_reply bigint; bobs_hidden_post bigint; bobs_quote bigint; suspended_post bigint; notification bigint;
  owners_medium bigint; posted_medium bigint;
begin
  delete from users where username in ('owner' || struck, 'bob' || struck, 'actor' || struck, 'suspended' || struck, 'new' || struck);
  delete from facts;
  insert into users (username, email, password) select 'owner' || number, 'owner' || number || '@mail.test', password_hash returning id into owner;
  insert into users (username, email, password) select 'bob' || number, 'bob' || number || '@mail.test', password_hash returning id into bob;
  insert into users (username, email) select 'suspended' || number, 'suspended' || number || '@mail.test' returning id into suspended;
  insert into sessions (user_id, expires_at) values (owner, now() + interval '1 day') returning id into owners_session;
  insert into refresh_tokens (hash, session_id) values (secrets[1], owners_session);
  insert into mail_tokens (hash, user_id, purpose, email, expires_at)
    select secret, owner, purpose, 'owner' || number || '@mail.test', now() + interval '1 hour'
    from (values (secrets[2], 'reset-password'), (secrets[3], 'verify-email')) as each_one (secret, purpose);

  if who = 'owner' then
    actor := owner;
    actors_session := owners_session;
  elsif who in ('stranger', 'blocked', 'admin') then
    insert into users (username, email, password, role)
      select 'actor' || number, 'actor' || number || '@mail.test', password_hash, case who when 'admin' then 'admin' else 'user' end
      returning id into actor;
    insert into sessions (user_id, expires_at) values (actor, now() + interval '1 day') returning id into actors_session;
  end if;
  if who = 'blocked' then
    insert into blocks (blocker_id, blocked_id) values (owner, actor);
  end if;

  insert into posts (author_id, content) values (owner, 'words') returning id into post;
  insert into posts (author_id, content, visibility) values (owner, 'words', 'FOLLOWERS') returning id into followers_post;
  insert into posts (author_id, content, hidden_at) values (owner, 'words', now()) returning id into hidden_post;
  insert into posts (author_id, content) values (bob, 'words') returning id into bobs_post;
  insert into posts (author_id, content, hidden_at) values (bob, 'words', now()) returning id into bobs_hidden_post;
  insert into posts (author_id, content, quoted_post_id) values (bob, 'words', post) returning id into bobs_quote;
  insert into posts (author_id, content) values (suspended, 'words') returning id into suspended_post;
  insert into post_tags (post_id, tag, written) values (post, 'words', 'words'), (followers_post, 'followers', 'followers'), (hidden_post, 'hidden', 'hidden');
  insert into comments (author_id, post_id, text) values (owner, post, 'words') returning id into comment;
  insert into comments (author_id, post_id, text, hidden_at) values (owner, post, 'words', now()) returning id into hidden_comment;
  insert into comments (author_id, post_id, text) values (owner, followers_post, 'words') returning id into comment_for_followers;
  insert into comments (author_id, post_id, text) values (owner, bobs_hidden_post, 'words') returning id into comment_on_hidden;
  insert into comments (author_id, post_id, text) values (owner, bobs_post, 'words') returning id into under_bobs;
  insert into comments (author_id, post_id, parent_id, text) values (bob, bobs_post, under_bobs, 'words') returning id into bobs_reply;
  insert into likes (user_id, post_id) values (owner, bobs_post);
  insert into shares (user_id, post_id) values (owner, bobs_post);
  insert into notifications (recipient_id, kind, post_id, last_at) values (owner, 'SHARE', post, now()) returning id into notification;
  insert into notification_causes (notification_id, actor_id, source_id, number, happened_at) values (notification, bob, 1, 1, now());
  insert into media (owner_id, name, width, height, bytes, placeholder, blurhash, stored_at)
    values (owner, 'o' || lpad(number::text, 21, '0'), 1, 1, 1, 'p', 'b', now()) returning id into owners_medium;
  insert into media (owner_id, name, width, height, bytes, placeholder, blurhash, stored_at, post_id, position)
    values (owner, 'p' || lpad(number::text, 21, '0'), 1, 1, 1, 'p', 'b', now(), post, 0) returning id into posted_medium;
  update posts set media_url = 'media:p' || lpad(number::text, 21, '0') where id = post;
  update users set suspended_at = now() where id = suspended;
  return jsonb_build_object('actorId', actor, 'sessionId', actors_session, 'ownerId', owner, 'post', post, 'followersPost', followers_post,
    'hiddenPost', hidden_post, 'comment', comment, 'hiddenComment', hidden_comment, 'commentForFollowers', comment_for_followers,
    'commentOnHidden', comment_on_hidden, 'bobsPost', bobs_post, 'bobsReply', bobs_reply, 'bobsHiddenPost', bobs_hidden_post,
    'bobsQuote', bobs_quote, 'suspendedPost', suspended_post, 'notification', notification,
    'ownersMedium', owners_medium, 'postedMedium', posted_medium);
end $$;
