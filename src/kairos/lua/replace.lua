-- Replaces a text, unless somebody else did so meanwhile.
--
-- KEYS  1  where it is
-- ARGV  1  what is expected there, '' where nothing is
--       2  what is to be there
-- Reply 1 where it was replaced, 0 where something else was there

if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2])
return 1
