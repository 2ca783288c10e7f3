-- Words are cut and folded here, not by PostgreSQL's parser nor by pg_trgm: where a database's locale is C (the embedded one's is) those take
-- punctuation for letters, or letters other than ASCII for nothing. So search is the same everywhere, and needs no extension.

-- The words of a text, folded and with one space between them: without accents, case and punctuation; each character of a script that is
-- written without spaces (and of Hangul, which hangs its particles on), and each emoji, is a word of its own.
create function search_text(raw text) returns text language plpgsql immutable strict parallel safe as $$
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
end $$;

-- The languages that a text may be of, by its scripts; the first are preferred.
create function search_languages(cleaned text) returns text[] language sql immutable parallel safe as $$
  select case
    when cleaned ~ '[a-z]' then '{en,es,fr,de,pt,it,nl,sv,tr}'
    when cleaned ~ '[а-я]' then '{ru}'
    when cleaned ~ '[α-ω]' then '{el}'
    when cleaned ~ '[ء-ي]' then '{ar}'
    when cleaned ~ '[अ-ह]' then '{hi}'
    else '{}'
  end::text[]
$$;

create function search_configuration(language text) returns regconfig language sql immutable parallel safe as $$
  select case language
    when 'en' then 'english'::regconfig when 'es' then 'spanish' when 'fr' then 'french' when 'de' then 'german' when 'pt' then 'portuguese'
    when 'it' then 'italian' when 'nl' then 'dutch' when 'sv' then 'swedish' when 'tr' then 'turkish' when 'ru' then 'russian'
    when 'el' then 'greek' when 'ar' then 'arabic' when 'hi' then 'hindi'
  end
$$;

-- Twenty of its most common words: by them a language is told from others of its script.
create function search_common_words(language text) returns tsquery language sql immutable parallel safe as $$
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
$$;

-- The words of a text as it was written, with their places, and beside them their stems, marked by the language ('en/walk'). The language is
-- the one whose common words stand there most; of a text too short to tell, it is each of the four that come first.
create function search_words(raw text) returns tsvector language plpgsql immutable strict parallel safe as $$
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
end $$;

-- What a word is looked for as beside itself: its stem in each language that it may be of, null where it is a stop word there.
create function search_stems(word text) returns jsonb language sql immutable strict parallel safe as $$
  select coalesce(jsonb_object_agg(language, (ts_lexize((search_configuration(language)::text || '_stem')::regdictionary, word))[1]), '{}')
  from unnest(search_languages(word)) language where word !~ '[0-9]'
$$;

-- The spans of time that an id lies in, each 16 times as long as the one before, from 17 minutes to two years: 'words & @20/31338' reads only
-- what is of one span, however common the words are. The span's length is 2 to the power of its number, in milliseconds.
create function search_spans(id bigint) returns tsvector language sql immutable strict parallel safe as $$
  select array_to_tsvector(array(select '@' || span || '/' || (id >> (12 + span)) from unnest('{20,24,28,32,36}'::int[]) span))
$$;

-- Of its own, so that the posts' table is not written when an index of words is, and keeps its visibility map.
create table post_words (
  post_id bigint primary key references posts on delete cascade,
  words tsvector not null
) with (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_insert_threshold = 1000);
create index post_words_by_word on post_words using gin (words) with (fastupdate = off);

create function index_new_posts() returns trigger language plpgsql as $$
begin
  insert into post_words (post_id, words) select id, search_words(content) || search_spans(id) from added;
  return null;
end $$;
create trigger posts_index_words after insert on posts referencing new table as added
  for each statement execute function index_new_posts();

create function index_edited_post() returns trigger language plpgsql as $$
begin
  insert into post_words (post_id, words) values (new.id, search_words(new.content) || search_spans(new.id))
    on conflict (post_id) do update set words = excluded.words;
  return null;
end $$;
create trigger posts_index_edit after update of content on posts
  for each row when (old.content <> new.content) execute function index_edited_post();

-- A word without each of its letters, and as it is: two words that share one of these differ by a letter, or by two that changed places.
create function search_misspellings(word text) returns text[] language sql immutable strict parallel safe as $$
  select case when char_length(word) between 4 and 30 and word !~ '[0-9]'
    then array(select left(word, i) || substr(word, i + 2) from generate_series(0, char_length(word)) i) else '{}' end
$$;

-- The words of somebody's names ('n/ada'), how they may be misspelt ('d/aa'), and those of the bio, as in a post.
create function search_person(username text, display_name text, bio text) returns tsvector language plpgsql immutable parallel safe as $$
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
end $$;

create table user_words (
  user_id int primary key references users on delete cascade,
  words tsvector not null
);
create index user_words_by_word on user_words using gin (words) with (fastupdate = off);
create index users_by_name on users (lower(username) text_pattern_ops) where closed_at is null and suspended_at is null;

create function index_new_users() returns trigger language plpgsql as $$
begin
  insert into user_words (user_id, words) select id, search_person(username, display_name, bio) from added;
  return null;
end $$;
create trigger users_index_words after insert on users referencing new table as added
  for each statement execute function index_new_users();

create function index_edited_user() returns trigger language plpgsql as $$
begin
  insert into user_words (user_id, words) values (new.id, search_person(new.username, new.display_name, new.bio))
    on conflict (user_id) do update set words = excluded.words;
  return null;
end $$;
create trigger users_index_edit after update of username, display_name, bio on users
  for each row when (old.username <> new.username or old.display_name is distinct from new.display_name or old.bio <> new.bio)
  execute function index_edited_user();

-- Who and what was there before is indexed by a job, in batches, newest first: a start does not wait for it.
insert into jobs (name, lane, payload) select 'search.index-older-posts', 'bulk', jsonb_build_object('below', max(id) + 1) from posts having count(*) > 0;
insert into jobs (name, lane, payload) select 'search.index-older-users', 'bulk', jsonb_build_object('below', max(id) + 1) from users having count(*) > 0;
