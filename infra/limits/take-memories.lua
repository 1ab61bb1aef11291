-- Memories of a tenant's day.
-- KEYS: the day's counter; since when counters are kept. ARGV: how many, how many a day, first instant of the day, now
-- (both milliseconds), memories written while Redis did not answer. Returns granted and remaining, or -1 when it is not
-- known what was written today: the counters were lost since the day began, and it must be counted from the log.
local count, per_day, owed = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[5])
local used = redis.call('GET', KEYS[1])
if not used then
  local since = redis.call('GET', KEYS[2])
  if not since then
    since = ARGV[4]
    redis.call('SET', KEYS[2], since)
  end
  if tonumber(since) > tonumber(ARGV[3]) then return {-1, 0} end
  used = 0
end
used = tonumber(used) + owed
local granted = math.min(count, math.max(0, per_day - used))
-- Two days: the clocks of processes may differ by less than that.
redis.call('SET', KEYS[1], string.format('%.0f', used + granted), 'PX', 172800000)
return {granted, math.max(0, per_day - used - granted)}
