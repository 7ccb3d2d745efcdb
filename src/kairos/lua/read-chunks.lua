-- Reads chunks of layout packed in one round trip.
--
-- KEYS  '<index>:<number>', the chunks of that number
-- ARGV  1  what a chunk is: 'positions', a list with a text for each slot; 'pairs', a list of slots, each followed by a value;
--          'fields', a hash whose fields are 'slot:value'. When one of the latter two is full, single buckets have keys of
--          their own besides, '<chunk>:<slot>'
--       2  'parts' where a number has several chunks, '<index>:<number>.<part>', which the sorted set <index> knows;
--          otherwise 'whole'
--       3  what reads a bucket's own key: GET | LRANGE | HGETALL | SMEMBERS
--       4  how many values fill a chunk
--       5  how many values may be loaded; '' however many there are
--       6  'sample' where one value of a bucket's own key is enough; otherwise 'all'
--       then for each key
--          from, to   the slots that are asked for, both included
-- Reply a list in JSON, aligned with KEYS: of each the chunks there are, {} where none is; a chunk is
--       [part (0 where whole), what it holds, slot, what its own key holds, slot, …]
--       What a key holds is a list of texts, of positions those that were asked for; HGETALL field, value, field, value …
-- Error WRONGTYPE where a key holds something else; TOOMANYVALUES before more are loaded than may be

local FORM, MODE, READ_OWN, FULL = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local SAMPLE = ARGV[6] == 'sample'
local SIZE_OF = { LRANGE = 'LLEN', HGETALL = 'HLEN', SMEMBERS = 'SCARD' }

local left = tonumber(ARGV[5])

local function take(values)
  left = left - values
  if left < 0 then
    error('TOOMANYVALUES', 0)
  end
end

-- `texts` of the key belong to a value.
local function read(command, key, texts)
  if left then
    take(redis.call(SIZE_OF[command], key) / texts)
  end
  if command == 'LRANGE' then
    return redis.call('LRANGE', key, 0, -1)
  end
  return redis.call(command, key)
end

local function read_own(key)
  if not SAMPLE then
    return read(READ_OWN, key, 1)
  elseif READ_OWN == 'LRANGE' then
    return redis.call('LRANGE', key, 0, 0)
  elseif READ_OWN == 'HGETALL' then
    return redis.call('HRANDFIELD', key, 1, 'WITHVALUES')
  end
  return redis.call('SRANDMEMBER', key, 1)
end

local function read_chunk(key, part, i)
  local from, to = ARGV[5 + 2 * i], ARGV[6 + 2 * i]
  if FORM == 'positions' then
    local texts = redis.call('LRANGE', key, from, to)
    for i = 1, left and #texts or 0 do
      take(texts[i] == '' and 0 or 1)
    end
    return { part, texts }
  end
  local fields = FORM == 'fields'
  local chunk = { part, read(fields and 'HGETALL' or 'LRANGE', key, fields and 1 or 2) }
  -- Both a hash and a list of pairs have two texts for each value.
  if #chunk[2] >= 2 * FULL then
    for slot = tonumber(from), tonumber(to) do
      local own = read_own(key .. ':' .. slot)
      if #own > 0 then
        chunk[#chunk + 1] = slot
        chunk[#chunk + 1] = own
      end
    end
  end
  return chunk
end

local reply = {}
for i, key in ipairs(KEYS) do
  local chunks = {}
  if MODE == 'parts' then
    local index, number = string.match(key, '^(.*):([^:]*)$')
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', index, number, number)) do
      local part = tonumber(string.match(member, '%.(%d+)$'))
      chunks[#chunks + 1] = read_chunk(index .. ':' .. member, part, i)
    end
  else
    chunks[1] = read_chunk(key, 0, i)
  end
  reply[i] = chunks
end
return cjson.encode(reply)
