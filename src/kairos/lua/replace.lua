-- Replaces a text, unless somebody else did so meanwhile, or it is being kept from it.
--
-- KEYS  1  where it is
--       2  what must not be there
-- ARGV  1  what is expected there, '' where nothing is
--       2  what is to be there
-- Reply 1 where it was replaced, 0 where something else was there

if redis.call('EXISTS', KEYS[2]) == 1 or (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2])
return 1
