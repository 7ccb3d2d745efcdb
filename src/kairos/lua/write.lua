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
--          decisive      '1' where what comes after it is not to be tried if it fails
--          groups        how many groups of keys follow, of each
--             command    RPUSH | HINCRBY | INCRBY | SET | SADD
--             life       milliseconds from now, set where a key has none; '' for ever
--             keys       how many keys
--             n          how many arguments each key has
--             for each key its arguments, as the command takes them: INCRBY a number, which may have a fraction, HINCRBY
--             value, count, value, count …; in a chunk INCRBY slot, number, slot, number … SET slot, value …
--             RPUSH slot, value … HINCRBY slot:value, count … SADD slot:value, '' …
-- Reply for each batch that was tried: 'WRITTEN'; 'DUPLICATE <what the first call was told>'; 'CONFLICT', the id was used for another
--       batch; 'FOREIGN', a key holds something else; 'OVERFLOW', a sum leaves the exact numbers

local MARKER_LIFE, CATALOGUE, PREFIX_LENGTH = ARGV[1], ARGV[2], tonumber(ARGV[3])
local CHUNKED, FULL = ARGV[4] == '1', tonumber(ARGV[5])
local SAFE = 9007199254740991
local UNPACKED = 4000 -- arguments that Lua can unpack at once, and an even number

local KEYS, ARGV, call, try = KEYS, ARGV, redis.call, redis.pcall
local abs, tonumber, type = math.abs, tonumber, type

local function failed(reply)
  return type(reply) == 'table' and reply.err ~= nil
end

-- The sum of a text that is held, or false, and a number to be added; or nil and a fault.
local function add(held, amount)
  if abs(amount) > SAFE then
    return nil, 'OVERFLOW'
  end
  local sum = amount
  if held then
    local number = tonumber(held)
    if not number then
      return nil, 'FOREIGN'
    end
    sum = number + amount
  end
  if abs(sum) <= SAFE then
    return sum
  end
  return nil, 'OVERFLOW'
end

-- The shortest text from which a number can be read back; whole numbers Redis itself writes in full.
local function text_of(number)
  if number % 1 == 0 then
    return number
  end
  for digits = 15, 16 do
    local text = string.format('%.' .. digits .. 'g', number)
    if tonumber(text) == number then
      return text
    end
  end
  return string.format('%.17g', number)
end

-- Whether Redis itself takes a text for a whole number, or at least for a number; Lua alone would take ' 0x10 ', too.
local function is_integer(text)
  local number = tonumber(text)
  return number and abs(number) <= SAFE and string.format('%.0f', number) == text and text ~= '-0'
end

local function is_number(text)
  return not string.find(text, '[^%d.eE+-]') and tonumber(text) ~= nil
end

-- What is still to be done: in `sums` key, field and number of a hash after each other; in `slots` key, slot and value of a
-- list, and whether it is as long as that; in `plan` lists of a command and its arguments. `created` has keys that are new,
-- `lasting` those that may lack an expiry, each followed by its life.
local sums, slots, plan, created, lasting

local function plan_call(...)
  plan[#plan + 1] = { ... }
end

local function plan_calls(command, key, arguments, last)
  for first = 1, last, UNPACKED do
    plan_call(command, key, unpack(arguments, first, math.min(first + UNPACKED - 1, last)))
  end
end

local function plan_sum(key, field, sum)
  local n = #sums
  sums[n + 1], sums[n + 2], sums[n + 3] = key, field, sum
end

local function plan_slot(key, slot, value, there)
  local n = #slots
  slots[n + 1], slots[n + 2], slots[n + 3], slots[n + 4] = key, slot, value, there and true
end

local function note(list, key, life)
  local n = #list
  list[n + 1], list[n + 2] = key, life
end

-- Each plans what records the arguments in a key of its own. Gives a fault, or nil, and whether the key is there.
local bucket = {}

function bucket.RPUSH(key, arguments)
  local length = try('LLEN', key)
  if failed(length) then
    return 'FOREIGN'
  end
  plan_calls('RPUSH', key, arguments, #arguments)
  return nil, length > 0
end

function bucket.SADD(key, arguments)
  local members = try('SCARD', key)
  if failed(members) then
    return 'FOREIGN'
  end
  plan_calls('SADD', key, arguments, #arguments)
  return nil, members > 0
end

function bucket.SET(key, arguments)
  local length = try('STRLEN', key)
  if failed(length) then
    return 'FOREIGN'
  end
  plan_call('SET', key, arguments[1], 'KEEPTTL')
  return nil, length > 0
end

function bucket.INCRBY(key, arguments)
  local held = try('GET', key)
  if failed(held) or (held and not is_number(held)) then
    return 'FOREIGN'
  end
  local amount = arguments[1]
  local sum, fault = add(held, tonumber(amount))
  if fault then
    return fault
  end
  local exact = is_integer(amount) and (not held or is_integer(held))
  plan_call(exact and 'INCRBY' or 'INCRBYFLOAT', key, amount, sum)
  return nil, held and true
end

function bucket.HINCRBY(key, arguments)
  local there = false
  for i = 1, #arguments, 2 do
    local held = try('HGET', key, arguments[i])
    if failed(held) or (held and not is_integer(held)) then
      return 'FOREIGN'
    end
    local sum, fault = add(held, tonumber(arguments[i + 1]))
    if fault then
      return fault
    end
    there = there or (held and true)
    plan_sum(key, arguments[i], sum)
  end
  return nil, there
end

-- The same for a chunk. What a full one cannot take is planned for the bucket's own key.
local chunk = {}

local function plan_own(key, slot, command, arguments, life)
  local own = key .. ':' .. slot
  note(lasting, own, life)
  return (bucket[command](own, arguments))
end

-- A slot that is '' was passed over.
function chunk.INCRBY(key, arguments)
  local there = false
  for i = 1, #arguments, 2 do
    local held = try('LINDEX', key, arguments[i])
    if type(held) == 'table' then
      return 'FOREIGN'
    end
    local sum, fault = add(held ~= '' and held, tonumber(arguments[i + 1]))
    if fault then
      return fault
    end
    there = there or (held and true)
    plan_slot(key, arguments[i], sum, held)
  end
  return nil, there
end

function chunk.SET(key, arguments)
  local there = false
  for i = 1, #arguments, 2 do
    local held = try('LINDEX', key, arguments[i])
    if type(held) == 'table' then
      return 'FOREIGN'
    end
    there = there or (held and true)
    plan_slot(key, arguments[i], arguments[i + 1], held)
  end
  return nil, there
end

function chunk.RPUSH(key, arguments, life)
  local length = try('LLEN', key)
  if failed(length) then
    return 'FOREIGN'
  end
  local fits = math.max(0, math.min(#arguments, 2 * FULL - length))
  plan_calls('RPUSH', key, arguments, fits)
  local i = fits + 1
  while i <= #arguments do
    local slot, values = arguments[i], {}
    while arguments[i] == slot do
      values[#values + 1] = arguments[i + 1]
      i = i + 2
    end
    local fault = plan_own(key, slot, 'RPUSH', values, life)
    if fault then
      return fault
    end
  end
  return nil, length > 0
end

-- Values that the chunk does not know go to the bucket's own key when the chunk is full.
local function chunk_of_values(command, record)
  return function(key, arguments, life)
    local fields = try('HLEN', key)
    if failed(fields) then
      return 'FOREIGN'
    end
    local there = fields > 0
    for i = 1, #arguments, 2 do
      local field, amount, fault = arguments[i], arguments[i + 1], nil
      local held = there and call('HGET', key, field)
      if held or fields < FULL then
        fault = record(key, field, held, amount)
        fields = held and fields or fields + 1
      else
        local slot, value = string.match(field, '^(%d+):(.*)$')
        fault = plan_own(key, slot, command, { value, command == 'HINCRBY' and amount or nil }, life)
      end
      if fault then
        return fault
      end
    end
    return nil, there
  end
end

chunk.HINCRBY = chunk_of_values('HINCRBY', function(key, field, held, amount)
  local sum, fault = add(held, tonumber(amount))
  if sum then
    plan_sum(key, field, sum)
  end
  return fault
end)

chunk.SADD = chunk_of_values('SADD', function(key, field, held)
  if not held then
    plan_call('HSET', key, field, '')
  end
end)

-- INCRBYFLOAT keeps 17 decimals: where that loses digits, the sum itself is kept.
local function increment(command, key, amount, sum)
  local text = call(command, key, amount)
  if command == 'INCRBYFLOAT' and abs(tonumber(text) - sum) > abs(sum) * 1e-15 then
    call('SET', key, text_of(sum), 'KEEPTTL')
  end
end

-- Slots that are passed over become ''.
local function put(key, slot, value, there)
  local text = type(value) == 'number' and text_of(value) or value
  local gaps = there and -1 or tonumber(slot) - call('LLEN', key)
  if gaps < 0 then
    call('LSET', key, slot, text)
  else
    local texts = {}
    for i = 1, gaps do
      texts[i] = ''
    end
    texts[gaps + 1] = text
    call('RPUSH', key, unpack(texts))
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
    if not oldest or call('EXISTS', index .. ':' .. oldest) == 1 then
      break
    end
    call('ZREM', index, oldest)
  end
  call('ZADD', index, string.match(name, '^-?%d+'), name)
  if life ~= '' and call('PTTL', index) < tonumber(life) then
    call('PEXPIRE', index, life)
  end
end

local function byte_of(code)
  return string.char(tonumber(code, 16))
end

local now

local function enter_in_catalogue(tag, life)
  local name = CHUNKED and string.gsub(string.sub(tag, 2, -2), '%%(%x%x)', byte_of) or tag
  now = now or call('TIME')
  local expiry = life == math.huge and '+inf' or string.format('%.0f', now[1] * 1000 + now[2] / 1000 + life)
  if call('ZADD', CATALOGUE .. 'expiries', 'GT', expiry, name) == 1 then
    call('ZADD', CATALOGUE .. 'names', 0, name)
  end
end

local function perform()
  for i = 1, #sums, 3 do
    call('HSET', sums[i], sums[i + 1], text_of(sums[i + 2]))
  end
  for i = 1, #slots, 4 do
    put(slots[i], slots[i + 1], slots[i + 2], slots[i + 3])
  end
  for _, step in ipairs(plan) do
    if step[1] == 'INCRBY' or step[1] == 'INCRBYFLOAT' then
      increment(unpack(step))
    else
      call(unpack(step))
    end
  end
  for i = 1, #lasting, 2 do
    expire(lasting[i], lasting[i + 1])
  end
  local longest = {}
  for i = 1, #created, 2 do
    local key, life = created[i], created[i + 1]
    if life ~= '' then
      call('PEXPIRE', key, life)
    end
    if CHUNKED then
      enter_in_index(key, life)
    end
    if CATALOGUE ~= '' then
      local tag = string.match(string.sub(key, PREFIX_LENGTH + 1), '^[^:]*')
      longest[tag] = math.max(longest[tag] or 0, tonumber(life) or math.huge)
    end
  end
  for tag, life in pairs(longest) do
    enter_in_catalogue(tag, life)
  end
end

local key_at, arg_at = 1, 6

local function next_arg()
  arg_at = arg_at + 1
  return ARGV[arg_at - 1]
end

local function arguments_at(first, n)
  if n <= UNPACKED then
    return { unpack(ARGV, first, first + n - 1) }
  end
  local arguments = {}
  for i = 1, n do
    arguments[i] = ARGV[first + i - 1]
  end
  return arguments
end

-- Plans the keys of a group, or passes over them where there is a fault already; gives a fault, or nil.
local function plan_group(fault)
  local command, life, keys, n = next_arg(), next_arg(), tonumber(next_arg()), tonumber(next_arg())
  local first_key, first_arg = key_at, arg_at
  key_at, arg_at = key_at + keys, arg_at + keys * n
  local record = (CHUNKED and chunk or bucket)[command]
  for i = 0, fault and -1 or keys - 1 do
    local key = KEYS[first_key + i]
    local there
    fault, there = record(key, arguments_at(first_arg + i * n, n), life)
    if fault then
      return fault
    end
    if not there and call('EXISTS', key) == 0 then
      note(created, key, life)
    elseif not CHUNKED then
      note(lasting, key, life)
    end
  end
  return fault
end

local function run_batch()
  local fingerprint, result, decisive, groups = next_arg(), next_arg(), next_arg() == '1', tonumber(next_arg())
  local marker, fault
  if fingerprint ~= '' then
    marker = KEYS[key_at]
    key_at = key_at + 1
  end
  sums, slots, plan, created, lasting = {}, {}, {}, {}, {}
  for _ = 1, groups do
    fault = plan_group(fault)
  end
  if marker then
    local known = try('HMGET', marker, 'fingerprint', 'result')
    if failed(known) then
      return 'FOREIGN'
    elseif known[1] then
      return known[1] == fingerprint and 'DUPLICATE ' .. known[2] or 'CONFLICT'
    end
  end
  if fault then
    return fault, decisive
  end
  perform()
  if marker then
    call('HSET', marker, 'fingerprint', fingerprint, 'result', result)
    call('PEXPIRE', marker, MARKER_LIFE)
  end
  return 'WRITTEN'
end

local replies, stopped = {}, false
while arg_at <= #ARGV and not stopped do
  replies[#replies + 1], stopped = run_batch()
end
return replies
