-- Records batches in their buckets, one after the other: all of a batch, or nothing. Everything is checked before
-- anything is written, since a script that fails half-way is not rolled back.
--
-- KEYS  for each batch its marker, where it has an id, and the keys that it writes
-- ARGV  1  life of a marker in milliseconds
--       2  the catalogue's key, or '' where none is kept; it is kept in <2>names and <2>expiries, or elsewhere where this is '?'
--       3  length of what stands before a name in a key
--       4  how many values fill a chunk; '' where each key holds one bucket
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
-- Reply for each batch that was tried: 'WRITTEN', where the catalogue is elsewhere followed by a list in JSON of [name, Unix
--       milliseconds] that are to be entered, if there are any; 'DUPLICATE <what the first call was told>'; 'CONFLICT', the id was used for another
--       batch; 'FOREIGN', a key holds something else; 'OVERFLOW', a sum leaves the exact numbers

local MARKER_LIFE, CATALOGUE, PREFIX_LENGTH = ARGV[1], ARGV[2], tonumber(ARGV[3])
local REPORTED = CATALOGUE == '?'
local FULL = tonumber(ARGV[4])
local CHUNKED = FULL ~= nil
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

-- Whether Redis itself takes a text for a whole number, or at least for a number; Lua alone would take ' 0x10 ', too, and what
-- is too small for any number.
local function is_integer(text)
  local number = tonumber(text)
  return number and abs(number) <= SAFE and string.format('%.0f', number) == text and text ~= '-0'
end

local function is_number(text)
  local number = #text < 400 and not string.find(text, '[^%d.eE+-]') and tonumber(text)
  return number and (number ~= 0 or not string.find(string.match(text, '^[^eE]*'), '[1-9]'))
end

-- ------------------------------------------------------------------------------------------------------------------------
-- Planning: nothing is written here.

-- What is still to be done: in `sums` key, field and number of a hash after each other; in `slots` key, slot and value of a
-- list, and whether it is as long as that; in `plan` lists of a command and its arguments. `created` has keys that are new,
-- `lasting` those whose life may have to be set, each followed by its life.
local sums, slots, plan, created, lasting

local function plan_call(...)
  plan[#plan + 1] = { ... }
end

local function plan_calls(command, key, source, first, last)
  for from = first, last, UNPACKED do
    plan_call(command, key, unpack(source, from, math.min(from + UNPACKED - 1, last)))
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

-- Each plans what records the arguments source[first … last] in a key of its own. Gives a fault, or nil, and whether all of it
-- was there before.
local bucket = {}

function bucket.RPUSH(key, source, first, last)
  local length = try('LLEN', key)
  if failed(length) then
    return 'FOREIGN'
  end
  plan_calls('RPUSH', key, source, first, last)
  return nil, length > 0
end

function bucket.SADD(key, source, first, last)
  local members = try('SCARD', key)
  if failed(members) then
    return 'FOREIGN'
  end
  plan_calls('SADD', key, source, first, last)
  return nil, members > 0
end

function bucket.SET(key, source, first)
  local length = try('STRLEN', key)
  if failed(length) then
    return 'FOREIGN'
  end
  plan_call('SET', key, source[first], 'KEEPTTL')
  return nil, length > 0
end

function bucket.INCRBY(key, source, first)
  local held = try('GET', key)
  if failed(held) or (held and not is_number(held)) then
    return 'FOREIGN'
  end
  local amount = source[first]
  local sum, fault = add(held, tonumber(amount))
  if fault then
    return fault
  end
  local exact = is_integer(amount) and (not held or is_integer(held))
  plan_call(exact and 'INCRBY' or 'INCRBYFLOAT', key, amount, sum)
  return nil, held and true
end

function bucket.HINCRBY(key, source, first, last)
  local there = true
  for i = first, last, 2 do
    local held = try('HGET', key, source[i])
    if failed(held) or (held and not is_integer(held)) then
      return 'FOREIGN'
    end
    local sum, fault = add(held, tonumber(source[i + 1]))
    if fault then
      return fault
    end
    there = there and held
    plan_sum(key, source[i], sum)
  end
  return nil, there and true
end

-- The same for a chunk. What a full one cannot take is planned for the bucket's own key.
local chunk = {}

local function plan_own(key, slot, command, arguments, life)
  local own = key .. ':' .. slot
  note(lasting, own, life)
  return (bucket[command](own, arguments, 1, #arguments))
end

-- A slot that is '' was passed over.
function chunk.INCRBY(key, source, first, last)
  local there = true
  for i = first, last, 2 do
    local held = try('LINDEX', key, source[i])
    if type(held) == 'table' then
      return 'FOREIGN'
    end
    local sum, fault = add(held ~= '' and held, tonumber(source[i + 1]))
    if fault then
      return fault
    end
    there = there and held and held ~= ''
    plan_slot(key, source[i], sum, held)
  end
  return nil, there
end

function chunk.SET(key, source, first, last)
  local there = true
  for i = first, last, 2 do
    local held = try('LINDEX', key, source[i])
    if type(held) == 'table' then
      return 'FOREIGN'
    end
    there = there and held and held ~= ''
    plan_slot(key, source[i], source[i + 1], held)
  end
  return nil, there
end

function chunk.RPUSH(key, source, first, last, life)
  local length = try('LLEN', key)
  if failed(length) then
    return 'FOREIGN'
  end
  local fits = math.max(first - 1, math.min(last, first - 1 + 2 * FULL - length))
  plan_calls('RPUSH', key, source, first, fits)
  local i = fits + 1
  while i <= last do
    local slot, values = source[i], {}
    while i <= last and source[i] == slot do
      values[#values + 1] = source[i + 1]
      i = i + 2
    end
    local fault = plan_own(key, slot, 'RPUSH', values, life)
    if fault then
      return fault
    end
  end
  return nil, false
end

-- Values that the chunk does not know go to the bucket's own key when the chunk is full.
local function chunk_of_values(command, record)
  return function(key, source, first, last, life)
    local fields = try('HLEN', key)
    if failed(fields) then
      return 'FOREIGN'
    end
    local any, all = fields > 0, true
    for i = first, last, 2 do
      local field, amount, fault = source[i], source[i + 1], nil
      local held = any and call('HGET', key, field)
      all = all and held
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
    return nil, all and true
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

local function index_of(key)
  return string.match(key, '^(.*):([^:]*)$')
end

-- ------------------------------------------------------------------------------------------------------------------------
-- Performing: no call here can fail, since every key's type and every number was looked at.

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

-- A bucket's own life is set where it has none. That of what is shared is never shorter than what came last needs.
local function keep(key, life, shared)
  local left = call('PTTL', key)
  if life == '' then
    if shared and left >= 0 then
      call('PERSIST', key)
    end
  elseif left == -1 or (shared and left < tonumber(life)) then
    call('PEXPIRE', key, life)
  end
end

-- One that is there for ever knows of chunks that are.
local function keep_index(index, life)
  if call('PTTL', index) >= 0 then
    keep(index, life, true)
  end
end

-- The index of a series' interval learns of a new chunk, and forgets the oldest ones that are gone.
local function enter_in_index(key, life)
  local index, name = index_of(key)
  for _ = 1, 2 do
    local oldest = call('ZRANGE', index, 0, 0)[1]
    if not oldest or call('EXISTS', index .. ':' .. oldest) == 1 then
      break
    end
    call('ZREM', index, oldest)
  end
  if call('EXISTS', index) == 1 then
    keep_index(index, life)
    call('ZADD', index, string.match(name, '^-?%d+'), name)
  else
    call('ZADD', index, string.match(name, '^-?%d+'), name)
    keep(index, life, true)
  end
end

local function byte_of(code)
  return string.char(tonumber(code, 16))
end

local now
local entries -- that are to be reported

local function enter_in_catalogue(tag, life)
  local name = CHUNKED and string.gsub(string.sub(tag, 2, -2), '%%(%x%x)', byte_of) or tag
  now = now or call('TIME')
  local expiry = life == math.huge and '+inf' or string.format('%.0f', now[1] * 1000 + now[2] / 1000 + life)
  if REPORTED then
    entries[#entries + 1] = { name, expiry }
  elseif call('ZADD', CATALOGUE .. 'expiries', 'GT', expiry, name) == 1 then
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
    keep(lasting[i], lasting[i + 1], CHUNKED)
    if CHUNKED then
      keep_index(index_of(lasting[i]), lasting[i + 1])
    end
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

-- ------------------------------------------------------------------------------------------------------------------------
-- Batch after batch.

local key_at, arg_at = 1, 5

local function next_arg()
  arg_at = arg_at + 1
  return ARGV[arg_at - 1]
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
    fault, there = record(key, ARGV, first_arg + i * n, first_arg + i * n + n - 1, life)
    if fault then
      return fault
    end
    if not there and call('EXISTS', key) == 0 then
      if CHUNKED and failed(try('ZCARD', (index_of(key)))) then
        return 'FOREIGN'
      end
      note(created, key, life)
    elseif not (there and CHUNKED) then
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
  sums, slots, plan, created, lasting, entries = {}, {}, {}, {}, {}, {}
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
  return #entries > 0 and 'WRITTEN ' .. cjson.encode(entries) or 'WRITTEN'
end

if CATALOGUE ~= '' and not REPORTED and (failed(try('ZCARD', CATALOGUE .. 'names')) or failed(try('ZCARD', CATALOGUE .. 'expiries'))) then
  return redis.error_reply('WRONGTYPE the catalogue is none')
end

local replies, stopped = {}, false
while arg_at <= #ARGV and not stopped do
  replies[#replies + 1], stopped = run_batch()
end
return replies
