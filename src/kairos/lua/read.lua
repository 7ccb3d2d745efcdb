-- Reads buckets of layout kairos in one round trip.
--
-- KEYS  the interval buckets' keys
-- ARGV  1  what reads a bucket's data: LRANGE | HGETALL | GET | SMEMBERS
--       2  'fine' where each key is a set of resolution buckets, whose data are in '<key>:<resolution bucket>'
--       3  how many values may be loaded; '' however many there are
-- Reply a list in JSON, aligned with KEYS: the data of each; if fine [resolution buckets, the data of each].
--       Data: GET a text, or false where there is none; otherwise a list of texts, {} where there are none;
--       HGETALL field, value, field, value … JSON, since clients decode it faster than as many replies.
-- Error WRONGTYPE where a key holds something else; TOOMANYVALUES before more are loaded than may be

local CHUNK = 4000 -- arguments that Lua can unpack at once
local SIZE_OF = { LRANGE = 'LLEN', HGETALL = 'HLEN', SMEMBERS = 'SCARD' }

local left = tonumber(ARGV[3])

local function take(values)
  left = left - values
  if left < 0 then
    error('TOOMANYVALUES', 0)
  end
end

-- MGET in place of many GETs; it passes over keys of another type, so what it did not find must not exist.
local function get_all(keys)
  local data = {}
  for from = 1, #keys, CHUNK do
    local to = math.min(from + CHUNK - 1, #keys)
    local values = redis.call('MGET', unpack(keys, from, to))
    local missing = {}
    for i = 1, #values do
      data[from + i - 1] = values[i]
      if not values[i] then
        missing[#missing + 1] = keys[from + i - 1]
      end
    end
    if #missing > 0 and redis.call('EXISTS', unpack(missing)) > 0 then
      for _, key in ipairs(missing) do
        redis.call('GET', key)
      end
    end
    if left then
      take(#values - #missing)
    end
  end
  return data
end

local function data_of(keys)
  if ARGV[1] == 'GET' then
    return get_all(keys)
  end
  local data = {}
  for i, key in ipairs(keys) do
    if left then
      take(redis.call(SIZE_OF[ARGV[1]], key))
    end
    if ARGV[1] == 'LRANGE' then
      data[i] = redis.call('LRANGE', key, 0, -1)
    else
      data[i] = redis.call(ARGV[1], key)
    end
  end
  return data
end

if ARGV[2] ~= 'fine' then
  return cjson.encode(data_of(KEYS))
end

local reply = {}
for i, key in ipairs(KEYS) do
  local resolutions = redis.call('SMEMBERS', key)
  local keys = {}
  for j, resolution in ipairs(resolutions) do
    keys[j] = key .. ':' .. resolution
  end
  reply[i] = { resolutions, data_of(keys) }
end
return cjson.encode(reply)
