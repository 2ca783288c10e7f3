import { script } from '../../../platform/cache/open-redis.ts'

// A head is one list: its header ("v" and the version that it was built for), then entry ids in ascending order. The first of them is
// its watermark: at and above it nothing is missing; 0 stands there when nothing lies below at all.
// A marker is the same key while the head is being built: "m" and the builder's token, then ids that arrived meanwhile, in any order.

/**
 * KEYS heads. ARGV for each: header, below, count. Answers one text, the heads apart by ";": nothing for one that has not this header, else, apart by
 * ",", the watermark, whether the answer reaches down to it, then up to `count` ids below `below`, ascending. One text is cheaper for both
 * sides than a list of lists: 20 readers of 20 entries are one element instead of 480.
 */
export const readHeadsScript = script(`
local function read(key, header, below, count)
  if redis.call('LINDEX', key, 0) ~= header then return '' end
  local length = redis.call('LLEN', key)
  local low, high = 1, length
  if tonumber(redis.call('LINDEX', key, -1)) < below then low = length end
  while low < high do
    local middle = math.floor((low + high) / 2)
    if tonumber(redis.call('LINDEX', key, middle)) < below then low = middle + 1 else high = middle end
  end
  local from = math.max(1, low - count)
  local answer = redis.call('LINDEX', key, 1) .. (from == 1 and ',1' or ',0')
  if low == from then return answer end
  return answer .. ',' .. table.concat(redis.call('LRANGE', key, from, low - 1), ',')
end
local answers = {}
for place, key in ipairs(KEYS) do
  answers[place] = read(key, ARGV[3 * place - 2], tonumber(ARGV[3 * place - 1]), tonumber(ARGV[3 * place]))
end
return table.concat(answers, ';')`)

/** KEYS head. Answers all of it, unless it is a marker. */
export const wholeHeadScript = script(`
local head = redis.call('LRANGE', KEYS[1], 0, -1)
if not head[1] or string.sub(head[1], 1, 1) == 'm' then return false end
return head`)

/** KEYS head. Takes it away. */
export const dropHeadScript = script(`return redis.call('DEL', KEYS[1])`)

/** KEYS head. ARGV header, marker, milliseconds. Puts the marker, unless the head is there: answers 1 if it was put. */
export const markHeadScript = script(`
if redis.call('LINDEX', KEYS[1], 0) == ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('RPUSH', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`)

/**
 * KEYS head. ARGV marker, header, milliseconds, most entries, watermark, then ids, ascending. Only where the marker still stands, the ids and
 * those that it gathered above the watermark become the head: answers 1 then.
 */
export const installHeadScript = script(`
if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[1] then return 0 end
local most, watermark = tonumber(ARGV[4]), tonumber(ARGV[5])
local ids, known, added = {}, {}, false
for index = 6, #ARGV do
  ids[#ids + 1] = ARGV[index]
  known[ARGV[index]] = true
end
for _, id in ipairs(redis.call('LRANGE', KEYS[1], 1, -1)) do
  if not known[id] and tonumber(id) > watermark then
    ids[#ids + 1] = id
    known[id] = true
    added = true
  end
end
if added then table.sort(ids, function(a, b) return tonumber(a) < tonumber(b) end) end
local head = { ARGV[2] }
if #ids <= most and watermark == 0 then head[2] = '0' end
for index = math.max(1, #ids - most + 1), #ids do head[#head + 1] = ids[index] end
redis.call('DEL', KEYS[1])
for from = 1, #head, 1000 do redis.call('RPUSH', KEYS[1], unpack(head, from, math.min(from + 999, #head))) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`)

/**
 * KEYS heads of one bucket. ARGV most entries, slack, then for each key the ids to add, ascending, with commas between them. Puts each id in its place in
 * those that are there: none twice, none below a watermark. What comes late comes mostly a little late: only the end of the list is read and written
 * anew then. A head that grew past most + slack loses its oldest, and keeps its expiry.
 */
export const addToHeadsScript = script(`
local most, slack = tonumber(ARGV[1]), tonumber(ARGV[2])
local WHOLE = 1000000
local function push(key, ids)
  local length = 0
  for from = 1, #ids, 1000 do length = redis.call('RPUSH', key, unpack(ids, from, math.min(from + 999, #ids))) end
  return length
end
local function merge(key, ids, size)
  local tail = redis.call('LRANGE', key, -size, -1)
  local isWhole, next = not tonumber(tail[1]), 1
  if not isWhole and tonumber(tail[1]) >= tonumber(ids[1]) then return merge(key, ids, WHOLE) end
  local lowest = tonumber(tail[isWhole and 2 or 1])
  while ids[next] and tonumber(ids[next]) < lowest do next = next + 1 end
  if not ids[next] then return 0 end
  local cut, first = #tail, tonumber(ids[next])
  while cut > 1 and tonumber(tail[cut]) and tonumber(tail[cut]) >= first do cut = cut - 1 end
  local merged, at = {}, cut + 1
  while tail[at] or ids[next] do
    local old, new = tonumber(tail[at]), tonumber(ids[next])
    if not new or (old and old < new) then
      merged[#merged + 1] = tail[at]
      at = at + 1
    else
      merged[#merged + 1] = ids[next]
      next = next + 1
      if old == new then at = at + 1 end
    end
  end
  redis.call('LTRIM', key, 0, cut - #tail - 1)
  return push(key, merged)
end
for place, key in ipairs(KEYS) do
  local last = redis.call('LINDEX', key, -1)
  if last then
    local ids = { ARGV[place + 2] }
    if string.find(ids[1], ',', 1, true) then
      local text = ids[1]
      ids = {}
      for id in string.gmatch(text, '%d+') do ids[#ids + 1] = id end
    end
    local newest, length = tonumber(last), 0
    if not newest or newest < tonumber(ids[1]) then
      length = push(key, ids)
    elseif string.sub(redis.call('LINDEX', key, 0), 1, 1) == 'm' then
      push(key, ids)
    else
      length = merge(key, ids, #ids + 32)
    end
    if length > most + slack then
      local header = redis.call('LINDEX', key, 0)
      redis.call('LTRIM', key, -most, -1)
      redis.call('LPUSH', key, header)
    end
  end
end
return #KEYS`)
