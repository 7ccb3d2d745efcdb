-- Records batches in their buckets, one after the other: all of a batch, or nothing. Everything is checked before
-- anything is written, since a script that fails half-way is not rolled back.
--
-- KEYS  for each batch its marker, where it has an id, and the keys that it writes
-- ARGV  1  life of a marker in milliseconds
--       2  the catalogue's key, or '' where none is kept; it is kept in <2>names and <2>expiries
--       3  length of what stands before a name in a key
--       4  '1' where keys are chunks, '' where each holds one bucket
--       5  how many values fill a chunk
--       then for each batch
--          fingerprint of the batch, '' where it has no id
--          result        what a repeat is to be told
--          groups        how many groups of keys follow, of each
--             command    RPUSH | HINCRBY | INCRBY | SET | SADD
--             life       milliseconds from now, set where a key has none; '' for ever
--             keys       how many keys
--             n          how many arguments each key has
--             for each key its arguments, as the command takes them: INCRBY a number, which may have a fraction, HINCRBY
--             value, count, value, count …; in a chunk INCRBY slot, number, slot, number … SET slot, value … RPUSH slot,
--             value, slot, value … HINCRBY slot:value, count … SADD slot:value, '' …
-- Reply for each batch: 'WRITTEN'; 'DUPLICATE <what the first call was told>'; 'CONFLICT', the id was used for another
--       batch; 'FOREIGN', a key holds something else; 'OVERFLOW', a sum leaves the exact numbers

local MARKER_LIFE, CATALOGUE, PREFIX_LENGTH, CHUNKED, FULL = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1', tonumber(ARGV[5])
local SAFE = 9007199254740991
local UNPACKED = 4000 -- arguments that Lua can unpack at once, and an even number

local call, try = redis.call, redis.pcall

local function failed(reply)
  return type(reply) == 'table' and reply.err ~= nil
end

-- The finite number that a text is, as Redis itself would read it, or nil; Lua alone would take ' 0x10 ' and 'nan', too.
local function number_of(text)
  return not string.find(text, '[^%d.eE+-]') and tonumber(text) or nil
end

-- Whether a text is an exact integer as Redis itself writes it.
local function is_integer(text)
  local number = number_of(text)
  return number and math.abs(number) <= SAFE and string.format('%.0f', number) == text and text ~= '-0'
end

-- The shortest text from which a number can be read back.
local function text_of(number)
  if number == math.floor(number) and math.abs(number) <= SAFE then
    return string.format('%.0f', number)
  end
  for digits = 15, 16 do
    local text = string.format('%.' .. digits .. 'g', number)
    if tonumber(text) == number then
      return text
    end
  end
  return string.format('%.17g', number)
end

-- The sum of what is held, or false, and a number to be added; or nil and a fault.
local function add(held, amount)
  local number = held and number_of(held) or 0
  if held and not number_of(held) then
    return nil, 'FOREIGN'
  end
  local sum = number + tonumber(amount)
  if math.abs(sum) > SAFE then
    return nil, 'OVERFLOW'
  end
  return sum
end

-- What is still to be written: lists of a Redis command and its arguments.
local plan

local function later(...)
  plan[#plan + 1] = { ... }
end

local function later_with(command, key, arguments, from)
  for first = from, #arguments, UNPACKED do
    later(command, key, unpack(arguments, first, math.min(first + UNPACKED - 1, #arguments)))
  end
end

-- Each plans what records the arguments in a key of its own; gives whether the key is there, or nil and a fault.
local bucket = {}

function bucket.RPUSH(key, arguments)
  local length = try('LLEN', key)
  if failed(length) then
    return nil, 'FOREIGN'
  end
  later_with('RPUSH', key, arguments, 1)
  return length > 0
end

function bucket.SADD(key, arguments)
  local members = try('SCARD', key)
  if failed(members) then
    return nil, 'FOREIGN'
  end
  later_with('SADD', key, arguments, 1)
  return members > 0
end

function bucket.SET(key, arguments)
  local length = try('STRLEN', key)
  if failed(length) then
    return nil, 'FOREIGN'
  end
  later('SET', key, arguments[1], 'KEEPTTL')
  return length > 0
end

function bucket.INCRBY(key, arguments)
  local held = try('GET', key)
  if failed(held) then
    return nil, 'FOREIGN'
  end
  local amount = arguments[1]
  local sum, fault = add(held, amount)
  if fault then
    return nil, fault
  end
  local exact = is_integer(amount) and (not held or is_integer(held))
  later(exact and 'INCRBY' or 'INCRBYFLOAT', key, amount, sum)
  return held and true
end

function bucket.HINCRBY(key, arguments)
  local there = false
  for i = 1, #arguments, 2 do
    local held = try('HGET', key, arguments[i])
    if failed(held) or (held and not is_integer(held)) then
      return nil, 'FOREIGN'
    end
    local sum, fault = add(held, arguments[i + 1])
    if fault then
      return nil, fault
    end
    there = there or (held and true)
    later('HSET', key, arguments[i], text_of(sum))
  end
  return there
end

-- The same for a chunk, of which a value may also be planned for its bucket's own key; `own` lists those keys.
local chunk = {}

local function own_key(key, slot, own)
  local name = key .. ':' .. slot
  if own[#own] ~= name then
    own[#own + 1] = name
  end
  return name
end

function chunk.INCRBY(key, arguments)
  local there = false
  for i = 1, #arguments, 2 do
    local held = try('HGET', key, arguments[i])
    if failed(held) then
      return nil, 'FOREIGN'
    end
    local sum, fault = add(held, arguments[i + 1])
    if fault then
      return nil, fault
    end
    there = there or (held and true)
    later('HSET', key, arguments[i], text_of(sum))
  end
  return there
end

function chunk.SET(key, arguments)
  local fields = try('HLEN', key)
  if failed(fields) then
    return nil, 'FOREIGN'
  end
  later_with('HSET', key, arguments, 1)
  return fields > 0
end

function chunk.RPUSH(key, arguments, own)
  local length = try('LLEN', key)
  if failed(length) then
    return nil, 'FOREIGN'
  end
  local fits = math.max(0, math.min(#arguments, 2 * FULL - length))
  for first = 1, fits, UNPACKED do
    later('RPUSH', key, unpack(arguments, first, math.min(first + UNPACKED - 1, fits)))
  end
  local i = fits + 1
  while i <= #arguments do
    local slot, values = arguments[i], {}
    while arguments[i] == slot do
      values[#values + 1] = arguments[i + 1]
      i = i + 2
    end
    local _, fault = bucket.RPUSH(own_key(key, slot, own), values)
    if fault then
      return nil, fault
    end
  end
  return length > 0
end

-- A value that the chunk does not know yet goes to the bucket's own key when the chunk is full.
local function by_value(key, arguments, own, record, record_own)
  local fields = try('HLEN', key)
  if failed(fields) then
    return nil, 'FOREIGN'
  end
  local there = fields > 0
  for i = 1, #arguments, 2 do
    local held = there and call('HGET', key, arguments[i])
    local fault
    if held or fields < FULL then
      fault = record(arguments[i], held, arguments[i + 1])
      fields = held and fields or fields + 1
    else
      local slot, value = string.match(arguments[i], '^(%d+):(.*)$')
      local _
      _, fault = record_own(own_key(key, slot, own), { value, arguments[i + 1] })
    end
    if fault then
      return nil, fault
    end
  end
  return there
end

function chunk.HINCRBY(key, arguments, own)
  local function record(field, held, amount)
    if held and not is_integer(held) then
      return 'FOREIGN'
    end
    local sum, fault = add(held, amount)
    if not fault then
      later('HSET', key, field, text_of(sum))
    end
    return fault
  end
  return by_value(key, arguments, own, record, bucket.HINCRBY)
end

function chunk.SADD(key, arguments, own)
  local function record(field, held)
    if not held then
      later('HSET', key, field, '')
    end
  end
  local function record_own(own_set, member)
    return bucket.SADD(own_set, { member[1] })
  end
  return by_value(key, arguments, own, record, record_own)
end

-- INCRBYFLOAT keeps 17 decimals: where that loses digits, the sum itself is kept.
local function perform(step)
  if step[1] == 'INCRBY' then
    call('INCRBY', step[2], step[3])
  elseif step[1] == 'INCRBYFLOAT' then
    local text, sum = call('INCRBYFLOAT', step[2], step[3]), step[4]
    if math.abs(tonumber(text) - sum) > math.abs(sum) * 1e-15 then
      call('SET', step[2], text_of(sum), 'KEEPTTL')
    end
  else
    call(unpack(step))
  end
end

local function expire(key, life)
  if life ~= '' and call('PTTL', key) == -1 then
    call('PEXPIRE', key, life)
  end
end

-- The index of a series' interval learns of a new chunk, and forgets the oldest ones that are gone.
local function enter_in_index(key, life)
  local index, name = string.match(key, '^(.*):([^:]*)$')
  for _ = 1, 2 do
    local oldest = call('ZRANGE', index, 0, 0)[1]
    if oldest and call('EXISTS', index .. ':' .. oldest) == 0 then
      call('ZREM', index, oldest)
    end
  end
  call('ZADD', index, string.match(name, '^-?%d+'), name)
  if life ~= '' and call('PTTL', index) < tonumber(life) then
    call('PEXPIRE', index, life)
  end
end

local now

local function enter_in_catalogue(key, life)
  local name = string.match(string.sub(key, PREFIX_LENGTH + 1), '^[^:]*')
  if CHUNKED then
    name = string.gsub(string.sub(name, 2, -2), '%%(%x%x)', function(code) return string.char(tonumber(code, 16)) end)
  end
  now = now or call('TIME')
  local expiry = life == '' and '+inf' or string.format('%.0f', now[1] * 1000 + now[2] / 1000 + life)
  call('ZADD', CATALOGUE .. 'names', 0, name)
  call('ZADD', CATALOGUE .. 'expiries', 'GT', expiry, name)
end

local key_at, arg_at = 1, 6

local function next_arg()
  arg_at = arg_at + 1
  return ARGV[arg_at - 1]
end

-- Plans the batch's groups, to the end of their arguments whatever is found; gives the keys with their lives, or nil and a fault.
local function plan_groups(groups)
  local touched, fault = {}, nil
  local record = CHUNKED and chunk or bucket
  for _ = 1, groups do
    local command, life, keys, n = next_arg(), next_arg(), tonumber(next_arg()), tonumber(next_arg())
    for _ = 1, keys do
      local key = KEYS[key_at]
      key_at = key_at + 1
      if not fault then
        local own, there = {}, nil
        local arguments = {}
        for i = 1, n do
          arguments[i] = ARGV[arg_at + i - 1]
        end
        there, fault = record[command](key, arguments, own)
        touched[#touched + 1] = { key = key, life = life, new = not there and call('EXISTS', key) == 0, own = own }
      end
      arg_at = arg_at + n
    end
  end
  return fault and nil or touched, fault
end

local function run_batch()
  local fingerprint, result, groups = next_arg(), next_arg(), tonumber(next_arg())
  local marker
  if fingerprint ~= '' then
    marker = KEYS[key_at]
    key_at = key_at + 1
  end
  plan = {}
  local touched, fault = plan_groups(groups)
  if marker then
    local known = try('HMGET', marker, 'fingerprint', 'result')
    if failed(known) then
      return 'FOREIGN'
    elseif known[1] then
      return known[1] == fingerprint and 'DUPLICATE ' .. known[2] or 'CONFLICT'
    end
  end
  if fault then
    return fault
  end
  for _, step in ipairs(plan) do
    perform(step)
  end
  for _, each in ipairs(touched) do
    if each.new or not CHUNKED then
      expire(each.key, each.life)
    end
    for _, own in ipairs(each.own) do
      expire(own, each.life)
    end
    if each.new and CHUNKED then
      enter_in_index(each.key, each.life)
    end
    if each.new and CATALOGUE ~= '' then
      enter_in_catalogue(each.key, each.life)
    end
  end
  if marker then
    call('HSET', marker, 'fingerprint', fingerprint, 'result', result)
    call('PEXPIRE', marker, MARKER_LIFE)
  end
  return 'WRITTEN'
end

local replies = {}
while arg_at <= #ARGV do
  replies[#replies + 1] = run_batch()
end
return replies
