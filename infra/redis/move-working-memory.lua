-- Compare-and-set of a partition: the checkpoint and all that a batch changed, in one step, or nothing.
-- KEYS[1] the checkpoint, then strings to be set, then hashes.
-- ARGV[1] the checkpoint that must stand ('' for none), ARGV[2] the one to set, ARGV[3] how many strings there are. Then
-- each string's value. Then, for each hash: 1 to empty it first or 0, how many fields to remove, how many arguments to set
-- (fields and values in turn), and those fields and arguments.
-- Returns nothing when it moved, else the checkpoint that stands.
local stored = redis.call('GET', KEYS[1]) or ''
if stored ~= ARGV[1] then
  return stored
end
local strings = tonumber(ARGV[3])
local at = 4 + strings
for key = 2 + strings, #KEYS do
  local empty, removed, set = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  at = at + 3
  if empty == '1' then
    redis.call('DEL', KEYS[key])
  end
  if removed > 0 then
    redis.call('HDEL', KEYS[key], unpack(ARGV, at, at + removed - 1))
  end
  at = at + removed
  if set > 0 then
    redis.call('HSET', KEYS[key], unpack(ARGV, at, at + set - 1))
  end
  at = at + set
end
for i = 1, strings do
  redis.call('SET', KEYS[1 + i], ARGV[3 + i])
end
redis.call('SET', KEYS[1], ARGV[2])
return false
