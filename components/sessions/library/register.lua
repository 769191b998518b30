-- The functions by their names, and the edge behind which no error of Lua is seen.

local FAILURES = {
  WRONGTYPE = 'a key of this call or of its user holds something that the library did not write',
  NOPERM = 'the role of this connection lacks a command or a key of this function',
  OOM = 'the memory for data is full',
  READONLY = 'this node is a replica',
  NOREPLICAS = 'too few replicas are in touch',
  MISCONF = 'the server cannot save its data',
}

local function failure(problem)
  if type(problem) == 'table' and problem.refusal then
    return redis.error_reply(problem.refusal)
  end
  local text = type(problem) == 'table' and problem.err or tostring(problem)
  -- A refused inner command comes as "ERR ACL failure in script: …", which names user and command.
  local code = find(text, 'ACL failure', 1, true) and 'NOPERM' or match(text, '^%-?(%u+) ')
  if code and FAILURES[code] then
    return redis.error_reply(code .. ' ' .. FAILURES[code])
  end
  redis.log(redis.LOG_WARNING, 'sessions ' .. VERSION .. ': ' .. text)
  return redis.error_reply("FAULT the library failed; the server's log has the reason")
end

local function register(name, description, flags, body, of)
  redis.register_function({
    function_name = name,
    description = description .. ' (sessions ' .. VERSION .. ')',
    flags = flags,
    callback = function(keys, args)
      if not call then
        bind()
      end
      local done, result = pcall(body, of, keys, args)
      if done then
        return result
      end
      return failure(result)
    end,
  })
end

local READS, WRITES = { 'no-writes' }, {}
-- What only takes away must not be refused for want of memory.
local FREES = { 'allow-oom' }

register('session_create', 'signs a user in', WRITES, create, SESSION)
register('session_get', 'reads a session', READS, get, SESSION)
register('session_touch', 'reads a session and gives it a whole TTL again', WRITES, touch, SESSION)
register('session_update', 'sets fields of a session', WRITES, update, SESSION)
register('session_unset', 'removes fields of a session', FREES, unset, SESSION)
register('session_revoke', 'signs a session out', FREES, revoke, SESSION)
register('session_list', "lists a user's sessions", READS, list, SESSION)
register('session_revoke_all', "signs a user's sessions out", FREES, revoke_all, SESSION)

register('refresh_issue', 'issues the first refresh token of a family', WRITES, create, REFRESH)
register('refresh_get', 'reads a refresh token', READS, get_token, REFRESH)
register('refresh_rotate', 'takes a refresh token for a new one', WRITES, rotate, REFRESH)
register('refresh_revoke', "ends a refresh token's family", FREES, revoke_family, REFRESH)
register('refresh_list', "lists a user's refresh tokens", READS, list, REFRESH)
register('refresh_revoke_all', "ends all of a user's families", FREES, revoke_all, REFRESH)

register('deletion_issue', 'issues a deletion token', WRITES, create, DELETION)
register('deletion_get', 'reads a deletion token', READS, get, DELETION)
register('deletion_consume', 'takes a deletion token, once', FREES, consume, DELETION)
register('deletion_revoke_all', "revokes a user's deletion tokens", FREES, revoke_all, DELETION)

register('sessions_cleanup', 'takes a batch of what has expired out of the indexes', FREES, cleanup)
register('sessions_stats', 'counts', READS, stats)
