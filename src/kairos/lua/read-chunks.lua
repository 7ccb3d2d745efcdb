-- Reads chunks of layout packed in one round trip.
--
-- KEYS  '<index>:<number>', the chunks of that number
-- ARGV  1  what reads a chunk: HGETALL | LRANGE
--       2  'parts' where a number has several chunks, '<index>:<number>.<part>', which the sorted set <index> knows;
--          otherwise 'whole'
--       where full chunks overflow into keys of single buckets, '<chunk>:<slot>'
--       3  what reads those: LRANGE | HGETALL | SMEMBERS
--       4  how many values fill a chunk
--       then for each key
--          from, to   the slots that are asked for, both included
-- Reply a list in JSON, aligned with KEYS: of each the chunks there are, {} where none is; a chunk is
--       [part (0 where whole), what it holds, slot, what its own key holds, slot, …]
--       What a key holds is a list of texts; HGETALL field, value, field, value …
-- Error WRONGTYPE where a key holds something else

local read_own, full = ARGV[3], tonumber(ARGV[4])

local function read(command, key)
  if command == 'LRANGE' then
    return redis.call('LRANGE', key, 0, -1)
  end
  return redis.call(command, key)
end

-- Both a hash and a list of slots have two texts for each value.
local function read_chunk(key, part, i)
  local texts = read(ARGV[1], key)
  if #texts == 0 then
    return nil
  end
  local chunk = { part, texts }
  if read_own and #texts >= 2 * full then
    for slot = tonumber(ARGV[3 + 2 * i]), tonumber(ARGV[4 + 2 * i]) do
      local own = read(read_own, key .. ':' .. slot)
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
  if ARGV[2] == 'parts' then
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
