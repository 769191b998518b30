-- What a call may look like. A call that may not is refused before anything is written.

-- Kept here by the first call: when a library is loaded Redis shows it no functions but its own registration.
local call, pcall, error, unpack, ipairs, byte, find, match, sub, floor

local function bind()
  call, pcall, error, unpack, ipairs = redis.call, _G.pcall, _G.error, _G.unpack, _G.ipairs
  byte, find, match, sub, floor = string.byte, string.find, string.match, string.sub, math.floor
end

-- Length of an id: the SHA-256 of a session or token in base64url without padding. Redis never sees the token itself, so
-- nobody who reads a backup, a key listing, the slow log or the network can use what he reads.
local ID_LENGTH = 43
local USER_LENGTH = 256
local MICROSECONDS = 1000000

-- Ends the call with an error reply. The texts repeat nothing of the caller's data.
local function refuse(text)
  error({ refusal = text }, 0)
end

-- What is kept, each kind in the same three structures: a hash with a TTL for each session or token, a set of ids for each
-- user, and a sorted set of all, by expiry in milliseconds, whose members are id .. user.
local function kind(name, prefix, of_user, cleanup)
  local settings = SETTINGS[name]
  return {
    name = name,
    prefix = prefix,
    prefix_length = #prefix,
    bad_id = 'BADKEY expected ' .. prefix .. ' and the SHA-256 of the token in base64url, 43 characters',
    of_user = of_user,
    cleanup = cleanup,
    limit = settings.limit,
    ttl = settings.ttl,
    max_age = settings.max_age,
  }
end

local SESSION = kind('session', 'session:', 'user_sessions:', 'session_cleanup')
local REFRESH = kind('refresh', 'refresh_token:', 'user_refresh_tokens:', 'refresh_token_cleanup')
local DELETION = kind('deletion', 'deletion_token:', 'user_deletion_tokens:', 'deletion_token_cleanup')
local STATS = 'session_stats'

-- A tag makes all keys of a call share a slot of Redis Cluster: it stands first in ids and users, `{17}`, and last in keys
-- that are of nobody, `session_cleanup:{17}`. Without Cluster there is none.
local function tag_of(key, name)
  if key == name then
    return ''
  end
  local tag = match(key, '^' .. name .. ':({%d%d?%d?%d?%d?})$')
  if not tag then
    refuse('BADKEY expected the key ' .. name .. ' (in Redis Cluster ' .. name .. ':{number}) in its place')
  end
  return tag
end

local function expect_keys(keys, count, names)
  if #keys ~= count then
    refuse('BADKEY expected ' .. count .. ' key' .. (count == 1 and '' or 's') .. ': ' .. names)
  end
end

local function expect_stats(key, tag)
  if key ~= (tag == '' and STATS or STATS .. ':' .. tag) then
    refuse('BADKEY expected the key session_stats, with the tag of the other keys, as the last one')
  end
end

-- The id in a record's key, with its tag. Its characters are looked at where a record is made, or none is found.
local function id_of(of, key, tag)
  local prefix = tag == '' and of.prefix or of.prefix .. tag
  local length = #prefix
  if #key ~= length + ID_LENGTH or sub(key, 1, length) ~= prefix then
    refuse(of.bad_id)
  end
  return sub(key, of.prefix_length + 1)
end

-- The key of a record that stands alone, with any tag.
local function expect_record(of, key)
  local from = of.prefix_length + 1
  if #key ~= of.prefix_length + ID_LENGTH or sub(key, 1, of.prefix_length) ~= of.prefix then
    id_of(of, key, byte(key, from) == 123 and match(key, '^{%d%d?%d?%d?%d?}', from) or '')
  end
end

local function expect_digest(of, key)
  if find(key, '[^%w_%-]', #key - ID_LENGTH + 1) then
    refuse(of.bad_id)
  end
end

-- The user in a user's key: any bytes.
local function user_of(of, key, tag)
  local prefix = tag == '' and of.of_user or of.of_user .. tag
  local length = #prefix
  if sub(key, 1, length) ~= prefix or #key == length or #key > length + USER_LENGTH then
    refuse('BADKEY expected ' .. of.of_user .. ' and a user of 1 to 256 bytes')
  end
  return sub(key, length + 1)
end

-- Seconds to live; the empty text is the default.
local function seconds_of(of, text)
  if text == '' then
    return of.ttl
  end
  local seconds = #text < 10 and find(text, '^%d+$') and tonumber(text) or 0
  if seconds < 1 or seconds > of.max_age then
    refuse('BADTTL expected whole seconds from 1 to ' .. of.max_age .. ', or an empty text for the default')
  end
  return seconds
end

-- A name that begins with "@" (byte 64) is the library's own.
local function expect_name(name)
  if byte(name) == 64 then
    refuse('BADFIELD names of fields may not begin with @')
  end
end

local function expect_size(count, bytes)
  if count > SETTINGS.max_fields or bytes > SETTINGS.max_bytes then
    refuse(
      'TOOLARGE at most ' .. SETTINGS.max_fields .. ' fields and ' .. SETTINGS.max_bytes
        .. ' bytes of names and values together'
    )
  end
end

-- The fields of a call: name, value, name, value from an argument on.
local function expect_fields(args, from)
  local last = #args
  if (last - from) % 2 == 0 then
    refuse('BADARG fields are pairs of a name and a value')
  end
  local bytes = 0
  for at = from, last, 2 do
    local name = args[at]
    expect_name(name)
    bytes = bytes + #name + #args[at + 1]
  end
  expect_size((last - from + 1) / 2, bytes)
end

-- Time of the call: milliseconds, and microseconds.
local function now()
  local time = call('TIME')
  return time[1] * 1000 + floor(time[2] / 1000), time[1] * MICROSECONDS + time[2]
end
