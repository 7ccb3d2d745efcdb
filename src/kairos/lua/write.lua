-- Records one batch in its buckets: all of it, or nothing. Every key is checked before the first is written,
-- since a script that fails half-way is not rolled back.
--
-- KEYS  the buckets' keys; where the batch has an id, the id's marker as the last
-- ARGV  1  fingerprint of the batch; '' where it has no id
--       2  what a repeat is to be told
--       3  life of the marker in milliseconds
--       then for each bucket
--          command       RPUSH | HINCRBY | ADD | SET | SADD
--          life          milliseconds from now, set where the key has none; '' for ever
--          n, a1 … an    the command's arguments; HINCRBY: value, count, value, count …
-- Reply {'WRITTEN'}, {'DUPLICATE', what the first call was told}, {'CONFLICT'} the id was used for another batch,
--       {'FOREIGN', key} the key holds something else, {'OVERFLOW', key} the sum leaves the safe integers

local TYPE = { RPUSH = 'list', HINCRBY = 'hash', ADD = 'string', SET = 'string', SADD = 'set' }
local SAFE = 9007199254740991
local CHUNK = 4000 -- arguments that Lua can unpack at once, and an even number

local function is_integer(text)
  return string.find(text, '^-?%d+$') ~= nil
end

local function in_chunks(arguments, f)
  for from = 1, #arguments, CHUNK do
    f(unpack(arguments, from, math.min(from + CHUNK - 1, #arguments)))
  end
end

local check = {}

function check.ADD(key, arguments)
  local current = redis.call('GET', key)
  if not current then
    return nil
  end
  if not tonumber(current) then
    return 'FOREIGN'
  end
  local sum = tonumber(current) + tonumber(arguments[1])
  local exact = is_integer(current) and is_integer(arguments[1])
  if (exact and math.abs(sum) > SAFE) or math.abs(sum) == math.huge then
    return 'OVERFLOW'
  end
end

function check.HINCRBY(key, arguments)
  for i = 1, #arguments, 2 do
    local current = redis.call('HGET', key, arguments[i])
    if current and not is_integer(current) then
      return 'FOREIGN'
    elseif current and tonumber(current) + tonumber(arguments[i + 1]) > SAFE then
      return 'OVERFLOW'
    end
  end
end

local write = {}

function write.RPUSH(key, arguments)
  in_chunks(arguments, function(...) redis.call('RPUSH', key, ...) end)
end

function write.SADD(key, arguments)
  in_chunks(arguments, function(...) redis.call('SADD', key, ...) end)
end

function write.HINCRBY(key, arguments)
  for i = 1, #arguments, 2 do
    redis.call('HINCRBY', key, arguments[i], arguments[i + 1])
  end
end

function write.ADD(key, arguments)
  local current = redis.call('GET', key) or '0'
  local exact = is_integer(current) and is_integer(arguments[1])
  redis.call(exact and 'INCRBY' or 'INCRBYFLOAT', key, arguments[1])
end

function write.SET(key, arguments)
  redis.call('SET', key, arguments[1], 'KEEPTTL')
end

local fingerprint = ARGV[1]
local marker = fingerprint ~= '' and table.remove(KEYS) or nil

if marker then
  local known = redis.call('HMGET', marker, 'fingerprint', 'result')
  if known[1] then
    return known[1] == fingerprint and { 'DUPLICATE', known[2] } or { 'CONFLICT' }
  end
end

local buckets = {}
local at = 4
for i, key in ipairs(KEYS) do
  local command, life, n = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
  local arguments = {}
  for j = 1, n do
    arguments[j] = ARGV[at + 2 + j]
  end
  at = at + 3 + n
  local held = redis.call('TYPE', key).ok
  local fault = held ~= 'none' and held ~= TYPE[command] and 'FOREIGN'
  if not fault and held ~= 'none' and check[command] then
    fault = check[command](key, arguments)
  end
  if fault then
    return { fault, key }
  end
  buckets[i] = { key = key, command = command, life = life, arguments = arguments }
end

for _, bucket in ipairs(buckets) do
  write[bucket.command](bucket.key, bucket.arguments)
  if bucket.life ~= '' and redis.call('PTTL', bucket.key) == -1 then
    redis.call('PEXPIRE', bucket.key, bucket.life)
  end
end

if marker then
  redis.call('HSET', marker, 'fingerprint', fingerprint, 'result', ARGV[2])
  redis.call('PEXPIRE', marker, ARGV[3])
end
return { 'WRITTEN' }
