-- Deletes whole series of layout packed.
--
-- KEYS  the indexes of its intervals: sorted sets of its chunks, '<index>:<chunk>'
-- ARGV  1  how many values fill a chunk, so that some may be in keys of single buckets, '<chunk>:<slot>'
--       2  the last slot of a chunk
-- Reply how many keys were deleted

local function values_in(key)
  local held = redis.call('TYPE', key).ok
  return held == 'hash' and redis.call('HLEN', key) or held == 'list' and redis.call('LLEN', key) / 2 or 0
end

local removed = 0
for _, index in ipairs(KEYS) do
  for _, chunk in ipairs(redis.call('ZRANGE', index, 0, -1)) do
    local key = index .. ':' .. chunk
    if values_in(key) >= tonumber(ARGV[1]) then
      for slot = 0, tonumber(ARGV[2]) do
        removed = removed + redis.call('UNLINK', key .. ':' .. slot)
      end
    end
    removed = removed + redis.call('UNLINK', key)
  end
  removed = removed + redis.call('UNLINK', index)
end
return removed
