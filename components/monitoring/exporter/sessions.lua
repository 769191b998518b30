-- Counts of sessions and tokens, for the exporter: name, number, … It tells what sessions_stats tells, but looks at no
-- entry of an index: an entry names a session. A key that is not what it must be counts nothing, and does not make the
-- exporter take Redis for down.

local function ask(...)
  local answer = redis.pcall(...)
  if type(answer) == 'table' and answer.err then
    return nil
  end
  return answer
end

local counted = {}
local fields = ask('HGETALL', 'session_stats') or {}
for at = 1, #fields, 2 do
  counted[fields[at]] = tonumber(fields[at + 1])
end

local result = {}
local function tell(name, number)
  if number then
    result[#result + 1] = name
    result[#result + 1] = string.format('%.0f', number)
  end
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for kind, index in pairs({
  session = 'session_cleanup',
  refresh = 'refresh_token_cleanup',
  deletion = 'deletion_token_cleanup',
}) do
  local function gone(event)
    return counted[kind .. '_' .. event] or 0
  end
  local all = ask('ZCARD', index) or 0
  local backlog = ask('ZCOUNT', index, '-inf', now) or 0
  tell(kind .. '_live', all - backlog)
  -- No call counts what is made: it is what is there and what is gone.
  tell(kind .. '_created', all + gone('expired') + gone('revoked') + gone('dropped') + gone('consumed'))
  tell(kind .. '_expired', gone('expired'))
  tell(kind .. '_revoked', gone('revoked'))
  tell(kind .. '_dropped', gone('dropped'))
  tell(kind .. '_backlog', backlog)
  tell(kind .. '_overdue', ask('ZCOUNT', index, '-inf', now - OVERDUE) or 0)
end
tell('refresh_rotated', counted['refresh_rotated'] or 0)
tell('refresh_reused', counted['refresh_reused'] or 0)
tell('deletion_consumed', counted['deletion_consumed'] or 0)
tell('cleanup_last_success', tonumber(ask('GET', 'maintenance:cleanup:last_success') or ''))
return result
