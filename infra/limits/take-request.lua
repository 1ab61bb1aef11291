-- One token of a tenant's bucket; the arithmetic of domain/limits/token-bucket.ts. Redis' own clock, so that processes
-- whose clocks differ share one bucket.
-- KEYS[1] bucket. ARGV: tokens a second, burst. Returns granted (0 or 1), tokens left (floor), milliseconds to retry.
local per_second, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local before = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = burst
if before[1] then
  local at = tonumber(before[2])
  tokens = math.min(burst, tonumber(before[1]) + math.max(0, now - at) * per_second / 1000)
  now = math.max(now, at)
end
local granted, retry = 0, 0
if tokens >= 1 then
  granted, tokens = 1, tokens - 1
else
  retry = math.ceil((1 - tokens) * 1000 / per_second)
end
-- 17 digits read back as the same number.
redis.call('HSET', KEYS[1], 'tokens', string.format('%.17g', tokens), 'at', string.format('%.0f', now))
-- Full again by then: a bucket that is gone is a full one.
redis.call('PEXPIRE', KEYS[1], math.ceil(burst * 1000 / per_second) + 1000)
return {granted, math.floor(tokens), retry}
