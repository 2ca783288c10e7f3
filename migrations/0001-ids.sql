-- Ids of posts (kind 1), shares (2) and comments (3): 53 bits, exact in JavaScript, JSON and Lua.
-- 41 bits of milliseconds since 2000, 2 bits of kind, 10 bits of a counter. Id order is time order.

create function id_instant(id bigint) returns timestamptz
  language sql immutable strict parallel safe
  return to_timestamp(((id >> 12) + 946684800000)::double precision / 1000);

create function id_kind(id bigint) returns int
  language sql immutable strict parallel safe
  return ((id >> 10) & 3)::int;

create sequence id_counter as bigint cycle;

create function id_is_taken(id bigint) returns boolean language plpgsql volatile as $$
begin
  return case id_kind(id)
    when 1 then exists (select from posts p where p.id = id_is_taken.id)
    when 2 then exists (select from shares s where s.id = id_is_taken.id)
    else exists (select from comments c where c.id = id_is_taken.id)
  end;
end $$;

-- The id that follows within its kind: a full millisecond goes on in the next.
create function id_after(id bigint) returns bigint
  language sql immutable strict parallel safe
  return case when id & 1023 < 1023 then id + 1 else (((id >> 12) + 1) << 12) | (id & 3072) end;

create function refuse_instant(instant timestamptz) returns void language plpgsql as $$
begin
  if instant is null or instant < '2000-01-01T00:00:00Z' or instant > clock_timestamp() + interval '1 second' then
    raise exception 'an instant must lie between 2000 and now, not %', instant using errcode = 'datetime_field_overflow';
  end if;
end $$;

-- An id for now. The counter tells apart what is made at once; the look into the table matters only when the clock was set back.
-- Then the counter goes on, so that two who make ids at once never try the same one.
create function new_id(kind int) returns bigint language plpgsql volatile as $$
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
end $$;

-- Ids for instants of the past, in the order given, which must be ascending: what an import needs. One import runs at a time.
create function new_ids(kind int, instants timestamptz[]) returns bigint[] language plpgsql volatile as $$
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
end $$;
