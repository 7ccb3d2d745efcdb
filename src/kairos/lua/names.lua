-- A page of the catalogue, from which names go whose last key has expired.
--
-- KEYS  1  names: a sorted set of all names, every score 0
--       2  expiries: when the last key of each expires, in Unix milliseconds; +inf for ever
-- ARGV  1  from where on, as ZRANGEBYLEX takes it: '-', '[' and how names begin, or '(' and the last name that is known
--       2  up to where: '+', '[ and the last name, or '(' and what comes after all of them
--       3  how many names at most
-- Reply the names, ascending by their bytes

local PRUNED = 1000 -- names that go in one call

local now = redis.call('TIME')
local gone = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now[1] * 1000 + now[2] / 1000, 'LIMIT', 0, PRUNED)
if #gone > 0 then
  redis.call('ZREM', KEYS[1], unpack(gone))
  redis.call('ZREM', KEYS[2], unpack(gone))
end
return redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])
