-- What all migrations together give, read from the catalog. Written by "npm run schema"; make changes in a new migration.
-- The functions come first, so that defaults and checks can use them; foreign keys come when all tables are there.

set check_function_bodies = off;

create type notification_channel as enum ('IN_APP', 'EMAIL');
create type notification_kind as enum ('LIKE', 'COMMENT', 'REPLY', 'SHARE', 'FOLLOW', 'MENTION');
create type visibility as enum ('PUBLIC', 'FOLLOWERS');

create sequence broadcast_numbers as bigint start 1 increment 1 minvalue 1 maxvalue 9223372036854775807;
create sequence id_counter as bigint start 1 increment 1 minvalue 1 maxvalue 9223372036854775807 cycle;

CREATE OR REPLACE FUNCTION public.begin_comment_counts()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into comment_counts (comment_id) select id from added;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.begin_post_counts()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into post_counts (post_id) select id from added;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.begin_user_counts()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into user_counts (user_id) select id from added;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.blocks_raise_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform raise_versions(array(select blocker_id from changed union select blocked_id from changed));
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.count_comment_likes()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  sign int := case tg_op when 'INSERT' then 1 else -1 end;
  change record;
begin
  for change in select comment_id, count(*)::int as n from changed group by comment_id order by comment_id loop
    perform count_for_comment(change.comment_id, sign * change.n, 0);
  end loop;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.count_comments()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  sign int := case tg_op when 'INSERT' then 1 else -1 end;
  change record;
begin
  for change in select post_id, count(*)::int as n from changed group by post_id order by post_id loop
    perform count_for_post(change.post_id, 0, sign * change.n, 0);
  end loop;
  for change in select parent_id, count(*)::int as n from changed where parent_id is not null group by parent_id order by parent_id loop
    perform count_for_comment(change.parent_id, 0, sign * change.n);
  end loop;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.count_follows()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  sign int := case tg_op when 'INSERT' then 1 else -1 end;
  change record;
begin
  for change in
    select subject, sum(followers)::int as followers, sum(following)::int as following
    from (
      select following_id as subject, 1 as followers, 0 as following from changed
      union all
      select follower_id, 0, 1 from changed
    ) each_side
    group by subject order by subject
  loop
    perform count_for_user(change.subject, 0, sign * change.followers, sign * change.following);
  end loop;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.count_for_comment(subject bigint, likes_by integer, replies_by integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  free_slot int;
begin
  select slot into free_slot from comment_counts where comment_id = subject order by slot limit 1 for no key update skip locked;
  if found then
    update comment_counts set likes = likes + likes_by, replies = replies + replies_by where comment_id = subject and slot = free_slot;
  else
    insert into comment_counts select subject, 1 + floor(random() * 2147483646)::int, likes_by, replies_by
      where exists (select from comments where id = subject);
  end if;
end $function$
;
CREATE OR REPLACE FUNCTION public.count_for_post(subject bigint, likes_by integer, comments_by integer, shares_by integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  free_slot int;
begin
  select slot into free_slot from post_counts where post_id = subject order by slot limit 1 for no key update skip locked;
  if found then
    update post_counts set likes = likes + likes_by, comments = comments + comments_by, shares = shares + shares_by
      where post_id = subject and slot = free_slot;
  else
    insert into post_counts select subject, 1 + floor(random() * 2147483646)::int, likes_by, comments_by, shares_by
      where exists (select from posts where id = subject);
  end if;
end $function$
;
CREATE OR REPLACE FUNCTION public.count_for_user(subject integer, posts_by integer, followers_by integer, following_by integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  free_slot int;
begin
  select slot into free_slot from user_counts where user_id = subject order by slot limit 1 for no key update skip locked;
  if found then
    update user_counts set posts = posts + posts_by, followers = followers + followers_by, following = following + following_by
      where user_id = subject and slot = free_slot;
  else
    insert into user_counts select subject, 1 + floor(random() * 2147483646)::int, posts_by, followers_by, following_by
      where exists (select from users where id = subject);
  end if;
end $function$
;
CREATE OR REPLACE FUNCTION public.count_likes()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  sign int := case tg_op when 'INSERT' then 1 else -1 end;
  change record;
begin
  for change in select post_id, count(*)::int as n from changed group by post_id order by post_id loop
    perform count_for_post(change.post_id, sign * change.n, 0, 0);
  end loop;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.count_moved_post()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform count_for_user(old.author_id, -1, 0, 0);
  perform count_for_user(new.author_id, 1, 0, 0);
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.count_posts()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  sign int := case tg_op when 'INSERT' then 1 else -1 end;
  change record;
begin
  for change in select author_id, count(*)::int as n from changed group by author_id order by author_id loop
    perform count_for_user(change.author_id, sign * change.n, 0, 0);
  end loop;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.count_shares()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  sign int := case tg_op when 'INSERT' then 1 else -1 end;
  change record;
begin
  for change in select post_id, count(*)::int as n from changed group by post_id order by post_id loop
    perform count_for_post(change.post_id, 0, 0, sign * change.n);
  end loop;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.follows_raise_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform raise_versions(array(select distinct follower_id from changed));
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.id_after(id bigint)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN CASE WHEN ((id & (1023)::bigint) < 1023) THEN (id + 1) ELSE ((((id >> 12) + 1) << 12) | (id & (3072)::bigint)) END
;
CREATE OR REPLACE FUNCTION public.id_instant(id bigint)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN to_timestamp(((((id >> 12) + '946684800000'::bigint))::double precision / (1000)::double precision))
;
CREATE OR REPLACE FUNCTION public.id_is_taken(id bigint)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  return case id_kind(id)
    when 1 then exists (select from posts p where p.id = id_is_taken.id)
    when 2 then exists (select from shares s where s.id = id_is_taken.id)
    else exists (select from comments c where c.id = id_is_taken.id)
  end;
end $function$
;
CREATE OR REPLACE FUNCTION public.id_kind(id bigint)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (((id >> 10) & (3)::bigint))::integer
;
CREATE OR REPLACE FUNCTION public.index_edited_post()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into post_words (post_id, words) values (new.id, search_words(new.content) || search_spans(new.id))
    on conflict (post_id) do update set words = excluded.words;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.index_edited_user()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into user_words (user_id, words) values (new.id, search_person(new.username, new.display_name, new.bio))
    on conflict (user_id) do update set words = excluded.words;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.index_new_posts()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into post_words (post_id, words) select id, search_words(content) || search_spans(id) from added;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.index_new_users()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into user_words (user_id, words) select id, search_person(username, display_name, bio) from added;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.leave_media_files()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into media_leftovers (name, due_at)
    select name, case when stored_at is null then now() + interval '1 hour' else now() end from removed
    on conflict do nothing;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.lock_counts()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  lock table user_counts, post_counts, comment_counts in share row exclusive mode;
end $function$
;
CREATE OR REPLACE FUNCTION public.mutes_raise_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform raise_versions(array(select distinct muter_id from changed));
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.new_id(kind integer)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare
  milliseconds bigint;
  candidate bigint;
begin
  loop
    milliseconds := floor(extract(epoch from clock_timestamp()) * 1000)::bigint - 946684800000;
    candidate := (milliseconds << 12) | (kind << 10) | (nextval('id_counter') & 1023);
    exit when not id_is_taken(candidate);
  end loop;
  return candidate;
end $function$
;
CREATE OR REPLACE FUNCTION public.new_ids(kind integer, instants timestamp with time zone[])
 RETURNS bigint[]
 LANGUAGE plpgsql
AS $function$
declare
  instant timestamptz;
  candidate bigint;
  last bigint := 0;
  ids bigint[] := '{}';
begin
  foreach instant in array instants loop
    perform refuse_instant(instant);
    candidate := ((floor(extract(epoch from instant) * 1000)::bigint - 946684800000) << 12) | (kind << 10);
    if candidate <= last then
      candidate := id_after(last);
    end if;
    while id_is_taken(candidate) loop
      candidate := id_after(candidate);
    end loop;
    last := candidate;
    ids := ids || candidate;
  end loop;
  return ids;
end $function$
;
CREATE OR REPLACE FUNCTION public.raise_head_epoch()
 RETURNS void
 LANGUAGE sql
AS $function$
  update head_epoch set number = greatest(number + 1, (extract(epoch from clock_timestamp()) * 1000)::bigint)
$function$
;
CREATE OR REPLACE FUNCTION public.raise_versions(subjects integer[])
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into viewers (user_id, version)
  select u.id, 1 from users u
  where u.id = any(subjects) and coalesce(current_setting('nexus.importing', true), '') <> 'on' order by u.id
  on conflict (user_id) do update set version = viewers.version + 1
$function$
;
CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'rows of % are not changed', tg_table_name using errcode = 'restrict_violation';
end $function$
;
CREATE OR REPLACE FUNCTION public.refuse_instant(instant timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if instant is null or instant < '2000-01-01T00:00:00Z' or instant > clock_timestamp() + interval '1 second' then
    raise exception 'an instant must lie between 2000 and now, not %', instant using errcode = 'datetime_field_overflow';
  end if;
end $function$
;
CREATE OR REPLACE FUNCTION public.search_common_words(language text)
 RETURNS tsquery
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case language
    when 'en' then 'the | and | of | to | in | is | that | it | for | you | was | with | on | are | this | have | i | my | not | a'::tsquery
    when 'es' then 'el | la | de | que | y | en | los | se | un | las | una | por | con | no | para | es | lo | mi | del | pero'
    when 'fr' then 'le | la | de | et | les | des | en | un | une | est | que | pour | dans | qui | je | il | pas | au | sur | du'
    when 'de' then 'der | die | und | das | ist | nicht | ich | ein | eine | zu | den | mit | von | auf | im | dem | sich | es | auch | fur'
    when 'pt' then 'o | a | de | que | e | do | da | em | um | para | com | nao | uma | os | no | se | na | por | mais | as'
    when 'it' then 'il | la | di | che | e | un | una | per | non | sono | in | del | con | mi | si | le | i | da | ma | della'
    when 'nl' then 'de | het | een | en | van | ik | dat | is | niet | je | op | te | zijn | met | voor | er | maar | aan | om | ook'
    when 'sv' then 'och | det | att | i | en | jag | som | pa | ar | inte | med | for | av | den | till | ett | har | om | var | sa'
    when 'tr' then 've | bir | bu | da | de | icin | cok | ben | ne | var | gibi | ama | mi | o | daha | en | ile | sen | her | kadar'
  end
$function$
;
CREATE OR REPLACE FUNCTION public.search_configuration(language text)
 RETURNS regconfig
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case language
    when 'en' then 'english'::regconfig when 'es' then 'spanish' when 'fr' then 'french' when 'de' then 'german' when 'pt' then 'portuguese'
    when 'it' then 'italian' when 'nl' then 'dutch' when 'sv' then 'swedish' when 'tr' then 'turkish' when 'ru' then 'russian'
    when 'el' then 'greek' when 'ar' then 'arabic' when 'hi' then 'hindi'
  end
$function$
;
CREATE OR REPLACE FUNCTION public.search_languages(cleaned text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case
    when cleaned ~ '[a-z]' then '{en,es,fr,de,pt,it,nl,sv,tr}'
    when cleaned ~ '[а-я]' then '{ru}'
    when cleaned ~ '[α-ω]' then '{el}'
    when cleaned ~ '[ء-ي]' then '{ar}'
    when cleaned ~ '[अ-ह]' then '{hi}'
    else '{}'
  end::text[]
$function$
;
CREATE OR REPLACE FUNCTION public.search_misspellings(word text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select case when char_length(word) between 4 and 30 and word !~ '[0-9]'
    then array(select left(word, i) || substr(word, i + 2) from generate_series(0, char_length(word)) i) else '{}' end
$function$
;
CREATE OR REPLACE FUNCTION public.search_person(username text, display_name text, bio text)
 RETURNS tsvector
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
declare
  name text := search_text(username);
  words text[] := string_to_array(name || coalesce(' ' || nullif(search_text(display_name), ''), ''), ' ') || replace(name, ' ', '');
  word text;
  lexemes text[] := '{}';
begin
  foreach word in array words loop
    continue when word = '' or 'n/' || word = any(lexemes);
    lexemes := lexemes || ('n/' || word);
    if char_length(word) >= 4 and word !~ '[0-9]' then
      lexemes := lexemes || array(select 'd/' || misspelt from unnest(search_misspellings(word)) misspelt);
    end if;
  end loop;
  return array_to_tsvector(lexemes) || case when bio = '' then '' else search_words(bio) end;
end $function$
;
CREATE OR REPLACE FUNCTION public.search_spans(id bigint)
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select array_to_tsvector(array(select '@' || span || '/' || (id >> (12 + span)) from unnest('{20,24,28,32,36}'::int[]) span))
$function$
;
CREATE OR REPLACE FUNCTION public.search_stems(word text)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select coalesce(jsonb_object_agg(language, (ts_lexize((search_configuration(language)::text || '_stem')::regdictionary, word))[1]), '{}')
  from unnest(search_languages(word)) language where word !~ '[0-9]'
$function$
;
CREATE OR REPLACE FUNCTION public.search_text(raw text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
declare
  folded text := lower(normalize(raw, NFKC));
begin
  if folded !~ '^[\u0001-\u007f]*$' then
    folded := normalize(regexp_replace(normalize(folded, NFD), '([a-z\u03b1-\u03c9])[\u0300-\u036f]+', '\1', 'g'), NFC);
    -- Points and marks of Hebrew and Arabic, what joins characters and has no width, and the colours of skin.
    folded := regexp_replace(folded,
      '[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670\u200b-\u200f\u2060\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]', '', 'g');
    folded := replace(replace(replace(folded, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
    folded := translate(folded, 'øłđðħıςёأإآٱىة', 'olddhiσеاااايه');
    folded := regexp_replace(folded,
      '([\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2600-\u27bf\u2b00-\u2bff\u3005-\u3007\u3021-\u3029\u3031-\u9fff\ua000-\ua4cf\uac00-\ud7ff\uf900-\ufaff\U0001f000-\U0003ffff])',
      ' \1 ', 'g');
    folded := regexp_replace(folded,
      '[\u0080-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u02b0-\u02ff\u037e\u0387\u055a-\u055f\u0589\u058a\u05be\u05c0\u05c3\u05c6\u05f3\u05f4\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u0965\u0e2f\u0e4f\u0e5a\u0e5b\u104a-\u104f\u1680\u17d4-\u17da\u1800-\u180e\u2000-\u206f\u20a0-\u20cf\u2190-\u25ff\u3000-\u3004\u3008-\u3020\u3030\ufe10-\ufe6f\ufff0-\uffff]+',
      ' ', 'g');
  end if;
  folded := btrim(regexp_replace(folded, '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f]+', ' ', 'g'), ' ');
  return regexp_replace(regexp_replace(folded, ' {2,}', ' ', 'g'), '([^ ]{60})[^ ]+', '\1', 'g');
end $function$
;
CREATE OR REPLACE FUNCTION public.search_words(raw text)
 RETURNS tsvector
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
declare
  cleaned text := search_text(raw);
  possible text[];
  languages text[] := '{}';
  language text;
  words tsvector;
  told float4;
  told_best float4 := -1;
  stems text[] := '{}';
begin
  if cleaned = '' then
    return '';
  end if;
  words := (select string_agg('''' || w.word || ''':' || w.place, ' ')
    from unnest(string_to_array(cleaned, ' ')) with ordinality as w (word, place))::tsvector;
  possible := search_languages(cleaned);
  if cardinality(possible) > 1 then
    foreach language in array possible loop
      told := ts_rank(words, search_common_words(language));
      if told > told_best then
        languages := array[language];
        told_best := told;
      elsif told = told_best and cardinality(languages) < 4 then
        languages := languages || language;
      end if;
    end loop;
  else
    languages := possible;
  end if;
  foreach language in array languages loop
    stems := stems || array(select language || '/' || lexeme
      from unnest(tsvector_to_array(to_tsvector(search_configuration(language), cleaned))) lexeme);
  end loop;
  return words || array_to_tsvector(stems);
end $function$
;

create table analytics_days (
  day date not null,
  new_users integer not null,
  active_users integer not null,
  posts integer not null,
  comments integer not null,
  likes integer not null,
  shares integer not null,
  follows integer not null,
  counted_at timestamp with time zone not null default now(),
  constraint analytics_days_pkey PRIMARY KEY (day)
);
create table app_codes (
  hash bytea not null,
  app_id integer not null,
  user_id integer not null,
  redirect_uri text not null,
  scopes text[] not null,
  challenge text,
  expires_at timestamp with time zone not null,
  session_id uuid,
  used_at timestamp with time zone,
  password text not null default ''::text,
  constraint app_codes_pkey PRIMARY KEY (hash)
);
create table app_tokens (
  hash bytea not null,
  kind text not null,
  app_id integer not null,
  session_id uuid,
  scopes text[] not null,
  created_at timestamp with time zone not null default now(),
  used_at timestamp with time zone,
  constraint app_tokens_pkey PRIMARY KEY (hash),
  constraint app_tokens_kind_check CHECK ((kind = ANY (ARRAY['access'::text, 'refresh'::text])))
);
create table apps (
  id integer not null generated always as identity,
  client_id text not null,
  secret_hash bytea not null,
  name text not null,
  website text,
  redirect_uris text[] not null,
  scopes text[] not null,
  created_at timestamp with time zone not null default now(),
  constraint apps_pkey PRIMARY KEY (id),
  constraint apps_client_id_key UNIQUE (client_id),
  constraint apps_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))),
  constraint apps_redirect_uris_check CHECK (((cardinality(redirect_uris) >= 1) AND (cardinality(redirect_uris) <= 20))),
  constraint apps_scopes_check CHECK (((cardinality(scopes) >= 1) AND (cardinality(scopes) <= 50))),
  constraint apps_website_check CHECK ((char_length(website) <= 2000))
);
create table audits (
  id bigint not null generated always as identity,
  kind text not null,
  ended_at timestamp with time zone not null default now(),
  looked_at integer not null,
  differing integer not null,
  findings text[] not null default '{}'::text[],
  constraint audits_pkey PRIMARY KEY (id)
);
create table blocks (
  id bigint not null generated always as identity,
  blocker_id integer not null,
  blocked_id integer not null,
  created_at timestamp with time zone not null default now(),
  constraint blocks_pkey PRIMARY KEY (id),
  constraint blocks_blocker_id_blocked_id_key UNIQUE (blocker_id, blocked_id),
  constraint no_self_block CHECK ((blocker_id <> blocked_id))
);
create table bookmarks (
  id bigint not null generated always as identity,
  user_id integer not null,
  post_id bigint not null,
  created_at timestamp with time zone not null default now(),
  constraint bookmarks_pkey PRIMARY KEY (id),
  constraint bookmarks_user_id_post_id_key UNIQUE (user_id, post_id)
);
create table broadcast_channel (
  single boolean not null default true,
  last bigint not null default 0,
  constraint broadcast_channel_pkey PRIMARY KEY (single),
  constraint broadcast_channel_single_check CHECK (single)
);
create table cache_runs (
  run_id text not null,
  met_at timestamp with time zone not null default now(),
  constraint cache_runs_pkey PRIMARY KEY (run_id)
);
create table comment_counts (
  comment_id bigint not null,
  slot integer not null default 0,
  likes integer not null default 0,
  replies integer not null default 0,
  constraint comment_counts_pkey PRIMARY KEY (comment_id, slot)
) with (fillfactor=70);
create table comment_keys (
  author_id integer not null,
  key text not null,
  comment_id bigint,
  created_at timestamp with time zone not null default now(),
  constraint comment_keys_pkey PRIMARY KEY (author_id, key),
  constraint comment_keys_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 100)))
);
create table comment_likes (
  id bigint not null generated always as identity,
  user_id integer not null,
  comment_id bigint not null,
  created_at timestamp with time zone not null default now(),
  constraint comment_likes_pkey PRIMARY KEY (id),
  constraint comment_likes_user_id_comment_id_key UNIQUE (user_id, comment_id)
);
create table comments (
  id bigint not null default new_id(3),
  post_id bigint not null,
  author_id integer not null,
  parent_id bigint,
  text text not null,
  created_at timestamp with time zone not null generated always as (id_instant(id)) stored,
  edited_at timestamp with time zone,
  hidden_at timestamp with time zone,
  constraint comments_pkey PRIMARY KEY (id),
  constraint comments_id_post_id_key UNIQUE (id, post_id),
  constraint comments_id_check CHECK (((id_kind(id) = 3) AND ((id >> 53) = 0))),
  constraint comments_text_check CHECK (((char_length(text) >= 1) AND (char_length(text) <= 2000)))
);
create table facts (
  id bigint not null generated always as identity,
  name text not null,
  payload jsonb not null,
  announced_at timestamp with time zone not null default now(),
  constraint facts_pkey PRIMARY KEY (id)
);
create table follows (
  id bigint not null generated always as identity,
  follower_id integer not null,
  following_id integer not null,
  created_at timestamp with time zone not null default now(),
  constraint follows_pkey PRIMARY KEY (id),
  constraint follows_follower_id_following_id_key UNIQUE (follower_id, following_id),
  constraint no_self_follow CHECK ((follower_id <> following_id))
) with (autovacuum_vacuum_insert_scale_factor=0.02, autovacuum_vacuum_insert_threshold=1000);
create table head_epoch (
  single boolean not null default true,
  number bigint not null default 1,
  run text,
  kept_at timestamp with time zone,
  constraint head_epoch_pkey PRIMARY KEY (single),
  constraint head_epoch_single_check CHECK (single)
);
create table imported_ids (
  source text not null,
  kind text not null,
  external_id text not null,
  id bigint not null,
  constraint imported_ids_pkey PRIMARY KEY (source, kind, external_id),
  constraint imported_ids_kind_check CHECK ((kind = ANY (ARRAY['user'::text, 'post'::text, 'comment'::text])))
);
create table jobs (
  id bigint not null generated always as identity,
  name text not null,
  payload jsonb not null,
  created_at timestamp with time zone not null default now(),
  attempts integer not null default 0,
  next_try_at timestamp with time zone not null default now(),
  last_error text,
  failed_at timestamp with time zone,
  lane text not null default 'prompt'::text,
  sent_at timestamp with time zone,
  lease_until timestamp with time zone,
  entry_id bigint generated always as (((payload ->> 'entryId'::text))::bigint) stored,
  actor_id integer generated always as (((payload ->> 'actorId'::text))::integer) stored,
  constraint jobs_pkey PRIMARY KEY (id),
  constraint jobs_lane_check CHECK ((lane = ANY (ARRAY['prompt'::text, 'feeds'::text, 'chunks'::text, 'bulk'::text])))
) with (autovacuum_vacuum_cost_delay=0, autovacuum_vacuum_insert_scale_factor=0, autovacuum_vacuum_insert_threshold=500, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=500, fillfactor=70);
create table likes (
  id bigint not null generated always as identity,
  user_id integer not null,
  post_id bigint not null,
  created_at timestamp with time zone not null default now(),
  constraint likes_pkey PRIMARY KEY (id),
  constraint likes_user_id_post_id_key UNIQUE (user_id, post_id)
);
create table mail_tokens (
  hash bytea not null,
  user_id integer not null,
  purpose text not null,
  email text not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint mail_tokens_pkey PRIMARY KEY (hash),
  constraint mail_tokens_purpose_check CHECK ((purpose = ANY (ARRAY['reset-password'::text, 'verify-email'::text])))
);
create table media (
  id bigint not null generated always as identity,
  owner_id integer not null,
  name text not null,
  kind text not null default 'IMAGE'::text,
  width integer not null,
  height integer not null,
  bytes bigint not null,
  placeholder text not null,
  blurhash text not null,
  alt_text text,
  created_at timestamp with time zone not null default now(),
  stored_at timestamp with time zone,
  post_id bigint,
  "position" integer,
  constraint media_pkey PRIMARY KEY (id),
  constraint media_name_key UNIQUE (name),
  constraint media_alt_text_check CHECK (((char_length(alt_text) >= 1) AND (char_length(alt_text) <= 1500))),
  constraint media_bytes_check CHECK ((bytes > 0)),
  constraint media_height_check CHECK ((height > 0)),
  constraint media_kind_check CHECK ((kind = ANY (ARRAY['IMAGE'::text, 'VIDEO'::text]))),
  constraint media_name_check CHECK ((name ~ '^[A-Za-z0-9_-]{22}$'::text)),
  constraint media_position_check CHECK ((("position" >= 0) AND ("position" <= 3))),
  constraint media_width_check CHECK ((width > 0)),
  constraint medium_has_its_place CHECK ((((post_id IS NULL) = ("position" IS NULL)) AND ((post_id IS NULL) OR (stored_at IS NOT NULL))))
);
create table media_leftovers (
  name text not null,
  due_at timestamp with time zone not null,
  constraint media_leftovers_pkey PRIMARY KEY (name)
);
create table moderation_log (
  id bigint not null generated always as identity,
  done_at timestamp with time zone not null default now(),
  moderator_id integer,
  action text not null,
  post_id bigint,
  comment_id bigint,
  user_id integer,
  reason text not null,
  report_count integer not null default 0,
  constraint moderation_log_pkey PRIMARY KEY (id),
  constraint moderation_log_action_check CHECK ((action = ANY (ARRAY['hide'::text, 'restore'::text, 'suspend'::text, 'resolve'::text, 'dismiss'::text]))),
  constraint moderation_log_one_thing CHECK ((num_nonnulls(post_id, comment_id, user_id) = 1)),
  constraint moderation_log_reason_check CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 1000)))
);
create table mutes (
  id bigint not null generated always as identity,
  muter_id integer not null,
  muted_id integer not null,
  created_at timestamp with time zone not null default now(),
  constraint mutes_pkey PRIMARY KEY (id),
  constraint mutes_muter_id_muted_id_key UNIQUE (muter_id, muted_id),
  constraint no_self_mute CHECK ((muter_id <> muted_id))
);
create table notification_announcements (
  recipient_id integer not null,
  minute timestamp with time zone not null,
  many integer not null,
  constraint notification_announcements_pkey PRIMARY KEY (recipient_id)
) with (fillfactor=50);
create table notification_causes (
  notification_id bigint not null,
  actor_id integer not null,
  source_id bigint not null,
  text_id bigint,
  number bigint not null,
  happened_at timestamp with time zone not null,
  dismissed boolean not null default false,
  constraint notification_causes_pkey PRIMARY KEY (actor_id, notification_id, source_id)
);
create table notification_digests (
  user_id integer not null,
  sent_at timestamp with time zone not null,
  constraint notification_digests_pkey PRIMARY KEY (user_id)
);
create table notification_preferences (
  user_id integer not null,
  kind notification_kind not null,
  channel notification_channel not null,
  enabled boolean not null,
  constraint notification_preferences_pkey PRIMARY KEY (user_id, kind, channel)
);
create table notifications (
  id bigint not null generated always as identity,
  recipient_id integer not null,
  kind notification_kind not null,
  post_id bigint not null default 0,
  comment_id bigint not null default 0,
  last_cause bigint not null default 1,
  read_cause bigint not null default 0,
  last_at timestamp with time zone not null,
  dropped integer not null default 0,
  dismissed_cause bigint not null default 0,
  constraint notifications_pkey PRIMARY KEY (id),
  constraint notifications_recipient_id_kind_post_id_comment_id_key UNIQUE (recipient_id, kind, post_id, comment_id)
) with (fillfactor=70);
create table post_counts (
  post_id bigint not null,
  slot integer not null default 0,
  likes integer not null default 0,
  comments integer not null default 0,
  shares integer not null default 0,
  constraint post_counts_pkey PRIMARY KEY (post_id, slot)
) with (fillfactor=70);
create table post_edits (
  id bigint not null generated always as identity,
  post_id bigint not null,
  content text not null,
  media_url text,
  replaced_at timestamp with time zone not null,
  content_warning text,
  sensitive boolean not null default false,
  constraint post_edits_pkey PRIMARY KEY (id)
);
create table post_keys (
  author_id integer not null,
  key text not null,
  post_id bigint,
  created_at timestamp with time zone not null default now(),
  constraint post_keys_pkey PRIMARY KEY (author_id, key),
  constraint post_keys_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 100)))
);
create table post_tags (
  post_id bigint not null,
  tag text not null,
  written text not null,
  constraint post_tags_pkey PRIMARY KEY (post_id, tag),
  constraint post_tags_tag_check CHECK (((char_length(tag) >= 1) AND (char_length(tag) <= 100))),
  constraint post_tags_written_check CHECK (((char_length(written) >= 1) AND (char_length(written) <= 100)))
) with (autovacuum_vacuum_insert_scale_factor=0.02, autovacuum_vacuum_insert_threshold=1000);
create table post_words (
  post_id bigint not null,
  words tsvector not null,
  constraint post_words_pkey PRIMARY KEY (post_id)
) with (autovacuum_vacuum_insert_scale_factor=0.02, autovacuum_vacuum_insert_threshold=1000);
create table posts (
  id bigint not null default new_id(1),
  author_id integer not null,
  content text not null,
  media_url text,
  visibility visibility not null default 'PUBLIC'::visibility,
  quoted_post_id bigint,
  created_at timestamp with time zone not null generated always as (id_instant(id)) stored,
  edited_at timestamp with time zone,
  hidden_at timestamp with time zone,
  content_warning text,
  sensitive boolean not null default false,
  language text,
  pinned_at timestamp with time zone,
  constraint posts_pkey PRIMARY KEY (id),
  constraint post_says_something CHECK (((content <> ''::text) OR (media_url IS NOT NULL))),
  constraint posts_content_check CHECK ((char_length(content) <= 5000)),
  constraint posts_content_warning_check CHECK (((char_length(content_warning) >= 1) AND (char_length(content_warning) <= 500))),
  constraint posts_id_check CHECK (((id_kind(id) = 1) AND ((id >> 53) = 0))),
  constraint posts_language_check CHECK (((char_length(language) >= 2) AND (char_length(language) <= 35))),
  constraint posts_media_url_check CHECK ((char_length(media_url) <= 2000))
) with (autovacuum_vacuum_insert_scale_factor=0.02, autovacuum_vacuum_insert_threshold=1000);
create table read_markers (
  user_id integer not null,
  timeline text not null,
  last_read_id text not null,
  version integer not null default 1,
  updated_at timestamp with time zone not null default now(),
  constraint read_markers_pkey PRIMARY KEY (user_id, timeline),
  constraint read_markers_last_read_id_check CHECK (((char_length(last_read_id) >= 1) AND (char_length(last_read_id) <= 64))),
  constraint read_markers_timeline_check CHECK ((timeline = ANY (ARRAY['home'::text, 'notifications'::text])))
);
create table refresh_tokens (
  hash bytea not null,
  session_id uuid not null,
  used_at timestamp with time zone,
  constraint refresh_tokens_pkey PRIMARY KEY (hash)
);
create table reports (
  id bigint not null generated always as identity,
  reporter_id integer,
  post_id bigint,
  comment_id bigint,
  user_id integer,
  reason text not null,
  created_at timestamp with time zone not null default now(),
  state text not null default 'open'::text,
  decided_at timestamp with time zone,
  constraint reports_pkey PRIMARY KEY (id),
  constraint reports_one_thing CHECK ((num_nonnulls(post_id, comment_id, user_id) <= 1)),
  constraint reports_reason_check CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 1000))),
  constraint reports_state_check CHECK ((state = ANY (ARRAY['open'::text, 'resolved'::text, 'dismissed'::text])))
);
create table schedule_lease (
  single boolean not null default true,
  holder uuid not null,
  held_until timestamp with time zone not null,
  constraint schedule_lease_pkey PRIMARY KEY (single),
  constraint schedule_lease_single_check CHECK (single)
);
create table schedules (
  name text not null,
  pattern text not null,
  next_due_at timestamp with time zone not null,
  last_due_at timestamp with time zone,
  last_fired_at timestamp with time zone,
  constraint schedules_pkey PRIMARY KEY (name)
);
create table schema_migrations (
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  constraint schema_migrations_pkey PRIMARY KEY (version)
);
create table sessions (
  id uuid not null default gen_random_uuid(),
  user_id integer not null,
  created_at timestamp with time zone not null default now(),
  refreshed_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  app_id integer,
  constraint sessions_pkey PRIMARY KEY (id)
);
create table shares (
  id bigint not null default new_id(2),
  user_id integer not null,
  post_id bigint not null,
  message text,
  created_at timestamp with time zone not null generated always as (id_instant(id)) stored,
  constraint shares_pkey PRIMARY KEY (id),
  constraint shares_user_id_post_id_key UNIQUE (user_id, post_id),
  constraint shares_id_check CHECK (((id_kind(id) = 2) AND ((id >> 53) = 0))),
  constraint shares_message_check CHECK ((char_length(message) <= 500))
) with (autovacuum_vacuum_insert_scale_factor=0.02, autovacuum_vacuum_insert_threshold=1000);
create table user_counts (
  user_id integer not null,
  slot integer not null default 0,
  posts integer not null default 0,
  followers integer not null default 0,
  following integer not null default 0,
  constraint user_counts_pkey PRIMARY KEY (user_id, slot)
) with (fillfactor=70);
create table user_words (
  user_id integer not null,
  words tsvector not null,
  constraint user_words_pkey PRIMARY KEY (user_id)
);
create table users (
  id integer not null generated by default as identity,
  username text not null,
  email text not null,
  password text,
  display_name text,
  bio text not null default ''::text,
  profile_picture text,
  role text not null default 'user'::text,
  created_at timestamp with time zone not null default now(),
  email_verified_at timestamp with time zone,
  suspended_at timestamp with time zone,
  closed_at timestamp with time zone,
  constraint users_pkey PRIMARY KEY (id),
  constraint users_bio_check CHECK ((char_length(bio) <= 500)),
  constraint users_display_name_check CHECK (((char_length(display_name) >= 1) AND (char_length(display_name) <= 50))),
  constraint users_email_check CHECK (((char_length(email) >= 3) AND (char_length(email) <= 254))),
  constraint users_password_check CHECK ((password ~~ '$argon2id$%'::text)),
  constraint users_profile_picture_check CHECK ((char_length(profile_picture) <= 2000)),
  constraint users_role_check CHECK ((role = ANY (ARRAY['user'::text, 'admin'::text]))),
  constraint users_username_check CHECK ((username ~ '^[A-Za-z0-9_]([A-Za-z0-9_.]{1,28})[A-Za-z0-9_]$'::text))
);
create table viewers (
  user_id integer not null,
  version bigint not null default 0,
  wrote_at timestamp with time zone,
  constraint viewers_pkey PRIMARY KEY (user_id)
) with (fillfactor=50);

CREATE INDEX app_codes_app ON public.app_codes USING btree (app_id);
CREATE INDEX app_codes_session ON public.app_codes USING btree (session_id);
CREATE INDEX app_codes_user ON public.app_codes USING btree (user_id);
CREATE INDEX app_tokens_app ON public.app_tokens USING btree (app_id);
CREATE INDEX app_tokens_session ON public.app_tokens USING btree (session_id);
CREATE INDEX audits_of_kind ON public.audits USING btree (kind, id);
CREATE INDEX blocks_of_blocked ON public.blocks USING btree (blocked_id, blocker_id);
CREATE INDEX bookmarks_of_post ON public.bookmarks USING btree (post_id);
CREATE INDEX bookmarks_of_user ON public.bookmarks USING btree (user_id, id);
CREATE INDEX comment_keys_of_comment ON public.comment_keys USING btree (comment_id);
CREATE INDEX comment_likes_by_time ON public.comment_likes USING brin (created_at) WITH (pages_per_range='32');
CREATE INDEX comment_likes_of_comment ON public.comment_likes USING btree (comment_id, id);
CREATE INDEX comments_at_top ON public.comments USING btree (post_id, id) WHERE (parent_id IS NULL);
CREATE INDEX comments_of_author ON public.comments USING btree (author_id, id);
CREATE INDEX comments_of_parent ON public.comments USING btree (parent_id, post_id, id) WHERE (parent_id IS NOT NULL);
CREATE INDEX comments_of_post ON public.comments USING btree (post_id, id);
CREATE INDEX follows_by_time ON public.follows USING brin (created_at) WITH (pages_per_range='32');
CREATE INDEX follows_of_follower ON public.follows USING btree (follower_id, id);
CREATE INDEX follows_of_following ON public.follows USING btree (following_id, id) INCLUDE (follower_id);
CREATE INDEX jobs_due ON public.jobs USING btree (lane, next_try_at, id) WHERE (failed_at IS NULL);
CREATE INDEX jobs_failed ON public.jobs USING btree (failed_at) WHERE (failed_at IS NOT NULL);
CREATE INDEX jobs_of_entries ON public.jobs USING btree (entry_id, actor_id) WHERE (entry_id IS NOT NULL);
CREATE INDEX likes_by_time ON public.likes USING btree (created_at);
CREATE INDEX likes_of_post ON public.likes USING btree (post_id, id);
CREATE INDEX likes_of_user ON public.likes USING btree (user_id, id);
CREATE INDEX mail_tokens_user ON public.mail_tokens USING btree (user_id);
CREATE INDEX media_of_owner ON public.media USING btree (owner_id) INCLUDE (bytes);
CREATE UNIQUE INDEX media_of_post ON public.media USING btree (post_id, "position") WHERE (post_id IS NOT NULL);
CREATE INDEX media_unused ON public.media USING btree (created_at) WHERE (post_id IS NULL);
CREATE INDEX media_leftovers_due ON public.media_leftovers USING btree (due_at);
CREATE INDEX moderation_log_of_comment ON public.moderation_log USING btree (comment_id, id) WHERE (comment_id IS NOT NULL);
CREATE INDEX moderation_log_of_post ON public.moderation_log USING btree (post_id, id) WHERE (post_id IS NOT NULL);
CREATE INDEX moderation_log_of_user ON public.moderation_log USING btree (user_id, id) WHERE (user_id IS NOT NULL);
CREATE INDEX mutes_of_muted ON public.mutes USING btree (muted_id);
CREATE INDEX notification_causes_newest ON public.notification_causes USING btree (notification_id, happened_at DESC) INCLUDE (actor_id, number, text_id);
CREATE INDEX notification_causes_of_text ON public.notification_causes USING btree (text_id) WHERE (text_id IS NOT NULL);
CREATE INDEX notification_preferences_by_mail ON public.notification_preferences USING btree (user_id) WHERE ((channel = 'EMAIL'::notification_channel) AND enabled);
CREATE INDEX notifications_of_comment ON public.notifications USING btree (comment_id) WHERE (comment_id > 0);
CREATE INDEX notifications_of_post ON public.notifications USING btree (post_id) WHERE (post_id > 0);
CREATE INDEX post_edits_of_post ON public.post_edits USING btree (post_id, id);
CREATE INDEX post_keys_of_post ON public.post_keys USING btree (post_id);
CREATE INDEX post_tags_of_tag ON public.post_tags USING btree (tag, post_id);
CREATE INDEX post_words_by_word ON public.post_words USING gin (words) WITH (fastupdate=off);
CREATE INDEX posts_of_author ON public.posts USING btree (author_id, id) INCLUDE (hidden_at);
CREATE INDEX posts_pinned ON public.posts USING btree (author_id, pinned_at) WHERE (pinned_at IS NOT NULL);
CREATE INDEX posts_public ON public.posts USING btree (id) WHERE ((visibility = 'PUBLIC'::visibility) AND (hidden_at IS NULL));
CREATE INDEX posts_public_with_media ON public.posts USING btree (id) WHERE ((media_url IS NOT NULL) AND (visibility = 'PUBLIC'::visibility) AND (hidden_at IS NULL));
CREATE INDEX posts_quoting ON public.posts USING btree (quoted_post_id) WHERE (quoted_post_id IS NOT NULL);
CREATE INDEX refresh_tokens_session ON public.refresh_tokens USING btree (session_id);
CREATE INDEX reports_of_comment ON public.reports USING btree (comment_id);
CREATE INDEX reports_of_post ON public.reports USING btree (post_id);
CREATE INDEX reports_of_reporter ON public.reports USING btree (reporter_id);
CREATE INDEX reports_of_state ON public.reports USING btree (state, id);
CREATE INDEX reports_of_user ON public.reports USING btree (user_id);
CREATE INDEX sessions_app ON public.sessions USING btree (app_id) WHERE (app_id IS NOT NULL);
CREATE INDEX sessions_user ON public.sessions USING btree (user_id);
CREATE INDEX shares_of_post ON public.shares USING btree (post_id, id);
CREATE INDEX shares_of_user ON public.shares USING btree (user_id, id) INCLUDE (post_id);
CREATE INDEX user_words_by_word ON public.user_words USING gin (words) WITH (fastupdate=off);
CREATE INDEX users_by_name ON public.users USING btree (lower(username) text_pattern_ops) WHERE ((closed_at IS NULL) AND (suspended_at IS NULL));
CREATE INDEX users_by_time ON public.users USING brin (created_at) WITH (pages_per_range='32');
CREATE UNIQUE INDEX users_email_key ON public.users USING btree (lower(email)) WHERE (closed_at IS NULL);
CREATE INDEX users_gone ON public.users USING btree (id) WHERE ((suspended_at IS NOT NULL) OR (closed_at IS NOT NULL));
CREATE UNIQUE INDEX users_username_key ON public.users USING btree (lower(username)) WHERE (closed_at IS NULL);

alter table app_codes add constraint app_codes_app_id_fkey FOREIGN KEY (app_id) REFERENCES apps(id) ON DELETE CASCADE;
alter table app_codes add constraint app_codes_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE;
alter table app_codes add constraint app_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
alter table app_tokens add constraint app_tokens_app_id_fkey FOREIGN KEY (app_id) REFERENCES apps(id) ON DELETE CASCADE;
alter table app_tokens add constraint app_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE;
alter table blocks add constraint blocks_blocked_id_fkey FOREIGN KEY (blocked_id) REFERENCES users(id) ON DELETE CASCADE;
alter table blocks add constraint blocks_blocker_id_fkey FOREIGN KEY (blocker_id) REFERENCES users(id) ON DELETE CASCADE;
alter table bookmarks add constraint bookmarks_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;
alter table bookmarks add constraint bookmarks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
alter table comment_counts add constraint comment_counts_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES comments(id) ON DELETE CASCADE;
alter table comment_keys add constraint comment_keys_author_id_fkey FOREIGN KEY (author_id) REFERENCES users(id) ON DELETE CASCADE;
alter table comment_keys add constraint comment_keys_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES comments(id) ON DELETE SET NULL;
alter table comment_likes add constraint comment_likes_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES comments(id) ON DELETE CASCADE;
alter table comment_likes add constraint comment_likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
alter table comments add constraint comments_author_id_fkey FOREIGN KEY (author_id) REFERENCES users(id) ON DELETE CASCADE;
alter table comments add constraint comments_parent_id_post_id_fkey FOREIGN KEY (parent_id, post_id) REFERENCES comments(id, post_id) ON DELETE CASCADE;
alter table comments add constraint comments_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;
alter table follows add constraint follows_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES users(id) ON DELETE CASCADE;
alter table follows add constraint follows_following_id_fkey FOREIGN KEY (following_id) REFERENCES users(id) ON DELETE CASCADE;
alter table likes add constraint likes_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;
alter table likes add constraint likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
alter table mail_tokens add constraint mail_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
alter table media add constraint media_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users(id) ON DELETE CASCADE;
alter table media add constraint media_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;
alter table mutes add constraint mutes_muted_id_fkey FOREIGN KEY (muted_id) REFERENCES users(id) ON DELETE CASCADE;
alter table mutes add constraint mutes_muter_id_fkey FOREIGN KEY (muter_id) REFERENCES users(id) ON DELETE CASCADE;
alter table notification_announcements add constraint notification_announcements_recipient_id_fkey FOREIGN KEY (recipient_id) REFERENCES users(id) ON DELETE CASCADE;
alter table notification_causes add constraint notification_causes_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES users(id) ON DELETE CASCADE;
alter table notification_causes add constraint notification_causes_notification_id_fkey FOREIGN KEY (notification_id) REFERENCES notifications(id) ON DELETE CASCADE;
alter table notification_digests add constraint notification_digests_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
alter table notification_preferences add constraint notification_preferences_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
alter table notifications add constraint notifications_recipient_id_fkey FOREIGN KEY (recipient_id) REFERENCES users(id) ON DELETE CASCADE;
alter table post_counts add constraint post_counts_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;
alter table post_edits add constraint post_edits_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;
alter table post_keys add constraint post_keys_author_id_fkey FOREIGN KEY (author_id) REFERENCES users(id) ON DELETE CASCADE;
alter table post_keys add constraint post_keys_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE SET NULL;
alter table post_tags add constraint post_tags_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;
alter table post_words add constraint post_words_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;
alter table posts add constraint posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES users(id) ON DELETE CASCADE;
alter table posts add constraint posts_quoted_post_id_fkey FOREIGN KEY (quoted_post_id) REFERENCES posts(id) ON DELETE SET NULL;
alter table read_markers add constraint read_markers_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
alter table refresh_tokens add constraint refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE;
alter table reports add constraint reports_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES comments(id) ON DELETE SET NULL;
alter table reports add constraint reports_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE SET NULL;
alter table reports add constraint reports_reporter_id_fkey FOREIGN KEY (reporter_id) REFERENCES users(id) ON DELETE SET NULL;
alter table reports add constraint reports_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL;
alter table sessions add constraint sessions_app_id_fkey FOREIGN KEY (app_id) REFERENCES apps(id) ON DELETE CASCADE;
alter table sessions add constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
alter table shares add constraint shares_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;
alter table shares add constraint shares_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
alter table user_counts add constraint user_counts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
alter table user_words add constraint user_words_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
alter table viewers add constraint viewers_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

CREATE TRIGGER blocks_added_raise_version AFTER INSERT ON public.blocks REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION blocks_raise_version();
CREATE TRIGGER blocks_removed_raise_version AFTER DELETE ON public.blocks REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION blocks_raise_version();
CREATE TRIGGER comment_likes_count_added AFTER INSERT ON public.comment_likes REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_comment_likes();
CREATE TRIGGER comment_likes_count_removed AFTER DELETE ON public.comment_likes REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_comment_likes();
CREATE TRIGGER comments_begin_counts AFTER INSERT ON public.comments REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION begin_comment_counts();
CREATE TRIGGER comments_count_added AFTER INSERT ON public.comments REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_comments();
CREATE TRIGGER comments_count_removed AFTER DELETE ON public.comments REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_comments();
CREATE TRIGGER follows_added_raise_version AFTER INSERT ON public.follows REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION follows_raise_version();
CREATE TRIGGER follows_count_added AFTER INSERT ON public.follows REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_follows();
CREATE TRIGGER follows_count_removed AFTER DELETE ON public.follows REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_follows();
CREATE TRIGGER follows_removed_raise_version AFTER DELETE ON public.follows REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION follows_raise_version();
CREATE TRIGGER likes_count_added AFTER INSERT ON public.likes REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_likes();
CREATE TRIGGER likes_count_removed AFTER DELETE ON public.likes REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_likes();
CREATE TRIGGER media_leave_files AFTER DELETE ON public.media REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION leave_media_files();
CREATE TRIGGER moderation_log_is_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON public.moderation_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mutes_added_raise_version AFTER INSERT ON public.mutes REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mutes_raise_version();
CREATE TRIGGER mutes_removed_raise_version AFTER DELETE ON public.mutes REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mutes_raise_version();
CREATE TRIGGER posts_begin_counts AFTER INSERT ON public.posts REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION begin_post_counts();
CREATE TRIGGER posts_count_added AFTER INSERT ON public.posts REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_posts();
CREATE TRIGGER posts_count_moved AFTER UPDATE OF author_id ON public.posts FOR EACH ROW WHEN ((old.author_id <> new.author_id)) EXECUTE FUNCTION count_moved_post();
CREATE TRIGGER posts_count_removed AFTER DELETE ON public.posts REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_posts();
CREATE TRIGGER posts_index_edit AFTER UPDATE OF content ON public.posts FOR EACH ROW WHEN ((old.content <> new.content)) EXECUTE FUNCTION index_edited_post();
CREATE TRIGGER posts_index_words AFTER INSERT ON public.posts REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION index_new_posts();
CREATE TRIGGER shares_count_added AFTER INSERT ON public.shares REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_shares();
CREATE TRIGGER shares_count_removed AFTER DELETE ON public.shares REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_shares();
CREATE TRIGGER users_begin_counts AFTER INSERT ON public.users REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION begin_user_counts();
CREATE TRIGGER users_index_edit AFTER UPDATE OF username, display_name, bio ON public.users FOR EACH ROW WHEN (((old.username <> new.username) OR (old.display_name IS DISTINCT FROM new.display_name) OR (old.bio <> new.bio))) EXECUTE FUNCTION index_edited_user();
CREATE TRIGGER users_index_words AFTER INSERT ON public.users REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION index_new_users();
