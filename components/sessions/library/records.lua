-- One session or token: made, read, changed, removed.

-- What the library itself has in a record: @user, @created (microseconds; of a refresh token, when its family began),
-- @family of a refresh token, @used of one that has been rotated.
local function own_fields(fields)
  -- Redis keeps the order of small hashes.
  if fields[1] == '@user' and fields[3] == '@created' and byte(fields[5] or '') ~= 64 then
    return { ['@user'] = fields[2], ['@created'] = fields[4] }
  end
  local own = {}
  for at = 1, #fields, 2 do
    if byte(fields[at]) == 64 then
      own[fields[at]] = fields[at + 1]
    end
  end
  return own
end

local function stored(of, tag, id, user)
  return of.prefix .. id, of.of_user .. tag .. user, id .. user
end

-- Takes a record out of all three structures. The record itself goes first: it is what admits people.
local function remove(of, tag, id, user, cleanup)
  local key, user_key, entry = stored(of, tag, id, user)
  call('UNLINK', key)
  call('SREM', user_key, id)
  call('ZREM', cleanup, entry)
end

local function count(of, stats, event, by)
  if by > 0 then
    call('HINCRBY', stats, of.name .. '_' .. event, by)
  end
end

-- Indexes first: should one of them not be what it must be, the record was never there.
local function index(of, id, user, user_key, cleanup, expires)
  call('SADD', user_key, id)
  call('ZADD', cleanup, expires, id .. user)
end

local function write(of, keys, id, user, created, expires, fields, from)
  index(of, id, user, keys[2], keys[3], expires)
  call('HSET', keys[1], '@user', user, '@created', created, unpack(fields, from))
  call('PEXPIREAT', keys[1], expires)
  return call('SCARD', keys[2])
end

local function unwrite(keys, id, user)
  redis.pcall('UNLINK', keys[1])
  redis.pcall('SREM', keys[2], id)
  redis.pcall('ZREM', keys[3], id .. user)
end

-- Records of a user, oldest first: { id, @created, … }. Those that have expired, or were evicted, are given apart.
local function records_of(of, user, ids, but)
  local live, gone = {}, {}
  for _, id in ipairs(ids) do
    if id ~= but then
      local values = call('HMGET', of.prefix .. id, '@user', '@created', '@family')
      if values[1] == user then
        live[#live + 1] = { id, tonumber(values[2]) or 0, values[3] }
      else
        gone[#gone + 1] = id
      end
    end
  end
  table.sort(live, function(one, other)
    return one[2] < other[2]
  end)
  return live, gone
end

-- Keeps a user within his limit; returns the ids that went for it.
local function enforce(of, tag, id, user, user_key, cleanup, stats)
  local live, gone = records_of(of, user, call('SMEMBERS', user_key), id)
  for _, expired in ipairs(gone) do
    call('SREM', user_key, expired)
    call('ZREM', cleanup, expired .. user)
  end
  count(of, stats, 'expired', #gone)
  local dropped = {}
  for at = 1, #live + 1 - of.limit do
    dropped[at] = live[at][1]
    remove(of, tag, dropped[at], user, cleanup)
  end
  count(of, stats, 'dropped', #dropped)
  return dropped
end

local CREATE_KEYS = 'of the new record, of the user, of cleanup, session_stats'
local REVOKE_KEYS = 'of the record, of cleanup, session_stats'

local function expect_new(of, key)
  expect_digest(of, key)
  if call('EXISTS', key) == 1 then
    refuse('EXISTS there is a record with this id already')
  end
end

-- KEYS record, user, cleanup, stats; ARGV ttl, name, value, … Returns { expiry in ms, { ids dropped for the limit } }.
local function create(of, keys, args)
  expect_keys(keys, 4, CREATE_KEYS)
  local tag = tag_of(keys[3], of.cleanup)
  expect_stats(keys[4], tag)
  local id = id_of(of, keys[1], tag)
  local user = user_of(of, keys[2], tag)
  if not args[1] then
    refuse('BADARG expected a TTL, and fields')
  end
  local seconds = seconds_of(of, args[1])
  expect_fields(args, 2)
  expect_new(of, keys[1])
  local from = 2
  if of == REFRESH then
    args, from = { '@family', id, unpack(args, 2) }, 1
  end
  local milliseconds, created = now()
  local expires = milliseconds + seconds * 1000
  local done, result = pcall(write, of, keys, id, user, created, expires, args, from)
  if done then
    if result <= of.limit then
      return { expires, {} }
    end
    done, result = pcall(enforce, of, tag, id, user, keys[2], keys[3], keys[4])
    if done then
      return { expires, result }
    end
  end
  unwrite(keys, id, user)
  error(result, 0)
end

-- KEYS record. Returns name, value, …, or nothing.
local function get(of, keys, args)
  expect_keys(keys, 1, 'of the record')
  if #args > 0 then
    refuse('BADARG expected no arguments')
  end
  expect_record(of, keys[1])
  local fields = call('HGETALL', keys[1])
  if fields[1] ~= nil then
    return fields
  end
  expect_digest(of, keys[1])
  return false
end

-- The end of a record that is to live on from now; never beyond the greatest age.
local function extended(of, milliseconds, seconds, created)
  return math.min(milliseconds + seconds * 1000, floor((tonumber(created) or 0) / 1000) + of.max_age * 1000)
end

-- KEYS session, cleanup; ARGV ttl. Gives the session a whole TTL again, and returns it as get does.
local function touch(of, keys, args)
  expect_keys(keys, 2, 'of the session, of cleanup')
  local tag = tag_of(keys[2], of.cleanup)
  local id = id_of(of, keys[1], tag)
  if #args ~= 1 then
    refuse('BADARG expected a TTL')
  end
  local seconds = seconds_of(of, args[1])
  local fields = call('HGETALL', keys[1])
  local own = own_fields(fields)
  if not own['@user'] then
    expect_digest(of, keys[1])
    return false
  end
  local milliseconds = now()
  local expires = extended(of, milliseconds, seconds, own['@created'])
  call('ZADD', keys[2], expires, id .. own['@user'])
  call('PEXPIREAT', keys[1], expires)
  return expires > milliseconds and fields
end

local function expect_session(of, keys, args, what)
  expect_keys(keys, 1, 'of the session')
  if #args == 0 then
    refuse('BADARG expected ' .. what)
  end
  expect_record(of, keys[1])
end

-- KEYS session; ARGV name, value, … Sets fields; returns how many are new.
local function update(of, keys, args)
  expect_session(of, keys, args, 'fields')
  expect_fields(args, 1)
  local fields = call('HGETALL', keys[1])
  if not own_fields(fields)['@user'] then
    expect_digest(of, keys[1])
    refuse('NOTFOUND there is no such session')
  end
  local after, number, bytes = {}, 0, 0
  for _, list in ipairs({ fields, args }) do
    for at = 1, #list, 2 do
      after[list[at]] = list[at + 1]
    end
  end
  for name, value in pairs(after) do
    if byte(name) ~= 64 then
      number, bytes = number + 1, bytes + #name + #value
    end
  end
  expect_size(number, bytes)
  return call('HSET', keys[1], unpack(args))
end

-- KEYS session; ARGV names. Removes fields; returns how many there were.
local function unset(of, keys, args)
  expect_session(of, keys, args, 'names of fields')
  local bytes = 0
  for _, name in ipairs(args) do
    expect_name(name)
    bytes = bytes + #name
  end
  expect_size(#args, bytes)
  if not call('HGET', keys[1], '@user') then
    expect_digest(of, keys[1])
    refuse('NOTFOUND there is no such session')
  end
  return call('HDEL', keys[1], unpack(args))
end

-- What the keys of a call that ends a record say: id, tag.
local function expect_end(of, keys, args)
  expect_keys(keys, 3, REVOKE_KEYS)
  local tag = tag_of(keys[2], of.cleanup)
  expect_stats(keys[3], tag)
  if #args > 0 then
    refuse('BADARG expected no arguments')
  end
  return id_of(of, keys[1], tag), tag
end

-- KEYS record, cleanup, stats. Returns 1, or 0 when there was none.
local function revoke(of, keys, args)
  local id, tag = expect_end(of, keys, args)
  local user = call('HGET', keys[1], '@user')
  if not user then
    expect_digest(of, keys[1])
    return 0
  end
  remove(of, tag, id, user, keys[2])
  count(of, keys[3], 'revoked', 1)
  return 1
end

-- KEYS token, cleanup, stats. Removes the token and returns it as get does: of all callers, to one.
local function consume(of, keys, args)
  local id, tag = expect_end(of, keys, args)
  local fields = call('HGETALL', keys[1])
  local user = own_fields(fields)['@user']
  if not user then
    expect_digest(of, keys[1])
    return false
  end
  remove(of, tag, id, user, keys[2])
  count(of, keys[3], 'consumed', 1)
  return fields
end

-- KEYS user. Returns { id, expiry in ms, { name, value, … } } of each record, oldest first.
local function list(of, keys, args)
  expect_keys(keys, 1, 'of the user')
  if #args > 0 then
    refuse('BADARG expected no arguments')
  end
  user_of(of, keys[1], '')
  local ids = call('SMEMBERS', keys[1])
  local tag = match(ids[1] or '', '^{%d+}') or ''
  local found = {}
  for at, record in ipairs((records_of(of, user_of(of, keys[1], tag), ids))) do
    local key = of.prefix .. record[1]
    found[at] = { record[1], call('PEXPIRETIME', key), call('HGETALL', key) }
  end
  return found
end

-- KEYS user, cleanup, stats; ARGV optionally the id of the one to keep. Returns how many there were.
local function revoke_all(of, keys, args)
  expect_keys(keys, 3, 'of the user, of cleanup, session_stats')
  local tag = tag_of(keys[2], of.cleanup)
  expect_stats(keys[3], tag)
  local user = user_of(of, keys[1], tag)
  if #args > 1 then
    refuse('BADARG expected nothing, or the id of the one to keep')
  end
  if args[1] then
    id_of(of, of.prefix .. args[1], tag)
  end
  local live, gone = records_of(of, user, call('SMEMBERS', keys[1]), args[1])
  for _, record in ipairs(live) do
    remove(of, tag, record[1], user, keys[2])
  end
  for _, id in ipairs(gone) do
    call('SREM', keys[1], id)
    call('ZREM', keys[2], id .. user)
  end
  count(of, keys[3], 'revoked', #live)
  count(of, keys[3], 'expired', #gone)
  return #live
end
