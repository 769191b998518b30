-- Families of refresh tokens. A token that is rotated stays behind as a mark until its time is over, out of the indexes:
-- who shows it again has stolen it, or was stolen from, so the family ends.

-- Ends the family of a token of a user; returns whether there was one.
local function end_family(tag, user, family, cleanup, stats)
  local user_key = REFRESH.of_user .. tag .. user
  for _, record in ipairs((records_of(REFRESH, user, call('SMEMBERS', user_key)))) do
    if record[3] == family then
      remove(REFRESH, tag, record[1], user, cleanup)
      count(REFRESH, stats, 'revoked', 1)
      return 1
    end
  end
  return 0
end

-- KEYS token, cleanup, stats. Ends the token's family; returns 1, or 0 when there was none.
local function revoke_family(of, keys, args)
  local _, tag = expect_end(of, keys, args)
  local own = own_fields(call('HGETALL', keys[1]))
  if not own['@user'] then
    expect_digest(of, keys[1])
    return 0
  end
  return end_family(tag, own['@user'], own['@family'], keys[2], keys[3])
end

-- KEYS token. A used token is none.
local function get_token(of, keys, args)
  local fields = get(of, keys, args)
  return fields and not own_fields(fields)['@used'] and fields
end

-- Leaves of a rotated token what tells that it was one.
local function retire(key, user_key, cleanup, id, user, names, used)
  call('SREM', user_key, id)
  call('ZREM', cleanup, id .. user)
  call('HSET', key, '@used', used)
  call('HDEL', key, '@created', unpack(names))
end

-- KEYS old token, new token, cleanup, stats; ARGV ttl. The new token takes the old one's place, family and fields.
-- Returns { expiry in ms, { name, value, … } }.
local function rotate(of, keys, args)
  expect_keys(keys, 4, 'of the old token, of the new one, of cleanup, session_stats')
  local tag = tag_of(keys[3], of.cleanup)
  expect_stats(keys[4], tag)
  local old, new = id_of(of, keys[1], tag), id_of(of, keys[2], tag)
  if #args ~= 1 then
    refuse('BADARG expected a TTL')
  end
  local seconds = seconds_of(of, args[1])
  local fields = call('HGETALL', keys[1])
  local own = own_fields(fields)
  local user, family = own['@user'], own['@family']
  if not user then
    expect_digest(of, keys[1])
    refuse('NOTFOUND there is no such token: it has expired, was revoked, or never was')
  end
  if own['@used'] then
    call('HINCRBY', keys[4], 'refresh_reused', 1)
    end_family(tag, user, family, keys[3], keys[4])
    refuse('REUSED the token was used before; its family is revoked')
  end
  expect_new(of, keys[2])
  local milliseconds, used = now()
  local expires = extended(of, milliseconds, seconds, own['@created'])
  if expires <= milliseconds then
    refuse('NOTFOUND the token is of a family that has reached its greatest age')
  end
  local kept, names = { '@family', family }, {}
  for at = 1, #fields, 2 do
    if byte(fields[at]) ~= 64 then
      names[#names + 1] = fields[at]
      kept[#kept + 1] = fields[at]
      kept[#kept + 1] = fields[at + 1]
    end
  end
  local user_key = of.of_user .. tag .. user
  local written = { keys[2], user_key, keys[3] }
  local done, problem = pcall(write, of, written, new, user, own['@created'], expires, kept, 1)
  if not done then
    unwrite(written, new, user)
    error(problem, 0)
  end
  retire(keys[1], user_key, keys[3], old, user, names, used)
  call('HINCRBY', keys[4], 'refresh_rotated', 1)
  return { expires, { '@user', user, '@created', own['@created'], unpack(kept) } }
end
