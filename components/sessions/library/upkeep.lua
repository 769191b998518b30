-- What runs beside the applications: cleanup and statistics.

local KINDS = { SESSION, REFRESH, DELETION }
-- Entries between two looks at the clock.
local CHUNK = 64

-- Settles an entry whose time has come: true when it is to leave the index.
local function settle(of, tag, index, entry, due)
  local length = #tag + ID_LENGTH
  local id, user = sub(entry, 1, length), sub(entry, length + 1)
  local key, user_key = stored(of, tag, id, user)
  local expires = call('PEXPIRETIME', key)
  if expires ~= -2 and redis.pcall('HGET', key, '@user') == user then
    if expires > due then
      -- Somebody gave it more time behind the library's back.
      call('ZADD', index, expires, entry)
      return false
    end
    call('UNLINK', key)
  end
  -- A set that is none is not to keep the others from being cleaned.
  redis.pcall('SREM', user_key, id)
  return true
end

-- Returns how many entries were taken out and whether there may be more.
local function sweep(of, tag, index, due, most, ends)
  local removed, seen = 0, 0
  while seen < most do
    local size = math.min(CHUNK, most - seen)
    local entries = call('ZRANGE', index, '-inf', due, 'BYSCORE', 'LIMIT', 0, size)
    local leaving = {}
    for _, entry in ipairs(entries) do
      if settle(of, tag, index, entry, due) then
        leaving[#leaving + 1] = entry
      end
    end
    if #leaving > 0 then
      removed = removed + call('ZREM', index, unpack(leaving))
    end
    seen = seen + #entries
    if #entries < size then
      return removed, seen, false
    end
    if os.clock() >= ends then
      return removed, seen, true
    end
  end
  return removed, seen, true
end

local UPKEEP_KEYS = 'session_cleanup, refresh_token_cleanup, deletion_token_cleanup, session_stats'

local function expect_upkeep(keys)
  expect_keys(keys, 4, UPKEEP_KEYS)
  local tag = tag_of(keys[1], SESSION.cleanup)
  for at, of in ipairs(KINDS) do
    if tag_of(keys[at], of.cleanup) ~= tag then
      refuse('BADKEY expected the same tag in all keys')
    end
  end
  expect_stats(keys[4], tag)
  return tag
end

local function number_of(text, most)
  local number = text and #text < 10 and find(text, '^%d+$') and tonumber(text) or 0
  if number < 1 or number > most then
    refuse('BADARG expected entries from 1 to 10000 and microseconds from 1 to 1000000, whole numbers')
  end
  return number
end

-- KEYS as above; ARGV most entries, most microseconds. Takes what has expired out of the indexes; returns
-- { sessions, refresh tokens, deletion tokens taken out, 1 when there may be more }.
local function cleanup(_, keys, args)
  local tag = expect_upkeep(keys)
  if #args ~= 2 then
    refuse('BADARG expected a number of entries and one of microseconds')
  end
  local most, budget = number_of(args[1], 10000), number_of(args[2], MICROSECONDS)
  -- Redis shows a function one time for all its run; the processor's clock goes on.
  local ends = os.clock() + budget / MICROSECONDS
  local due = now()
  local result, more = {}, false
  for at, of in ipairs(KINDS) do
    result[at] = 0
    if not more then
      local seen
      result[at], seen, more = sweep(of, tag, keys[at], due, most, ends)
      most = most - seen
      more = more or most == 0
      count(of, keys[4], 'expired', result[at])
    end
  end
  result[4] = more and 1 or 0
  return result
end

-- KEYS as above. Returns name, number, … Created is what is there and what is gone: no call counts it.
local function stats(_, keys, args)
  expect_upkeep(keys)
  if #args > 0 then
    refuse('BADARG expected no arguments')
  end
  local counted = {}
  local fields = call('HGETALL', keys[4])
  for at = 1, #fields, 2 do
    counted[fields[at]] = tonumber(fields[at + 1]) or 0
  end
  local time = now()
  local result = {}
  local function tell(name, value)
    result[#result + 1] = name
    result[#result + 1] = value
  end
  for at, of in ipairs(KINDS) do
    local function gone(event)
      return counted[of.name .. '_' .. event] or 0
    end
    local all = call('ZCARD', keys[at])
    local backlog = call('ZCOUNT', keys[at], '-inf', time)
    local first = call('ZRANGE', keys[at], 0, 0, 'WITHSCORES')
    tell(of.name .. '_live', all - backlog)
    tell(of.name .. '_created', all + gone('expired') + gone('revoked') + gone('dropped') + gone('consumed'))
    tell(of.name .. '_expired', gone('expired'))
    tell(of.name .. '_revoked', gone('revoked'))
    tell(of.name .. '_dropped', gone('dropped'))
    tell(of.name .. '_backlog', backlog)
    tell(of.name .. '_lag_ms', first[2] and math.max(0, time - tonumber(first[2])) or 0)
  end
  tell('refresh_rotated', counted['refresh_rotated'] or 0)
  tell('refresh_reused', counted['refresh_reused'] or 0)
  tell('deletion_consumed', counted['deletion_consumed'] or 0)
  return result
end
