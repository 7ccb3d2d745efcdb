-- Takes a name out of the catalogue.
--
-- KEYS  1  names: a sorted set of all names
--       2  expiries: when the last key of each expires
-- ARGV  1  the name
-- Error WRONGTYPE where a key holds something else
--
-- No transaction, since Redis takes none where it is out of memory, and then there is the more reason to delete.

redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
