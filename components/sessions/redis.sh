# Read by the scripts beside it: redis-cli as a role. They set host, port, user and password, a file.
#
# The password goes through the pipe, so that it is in no argument and no environment; printf is part of the shell.
# redis-cli ends with 0 on error replies too, so what it prints is what counts.

# Runs the commands of standard input, one a line, in turn; prints their replies without that to the login.
commands() {
  { printf 'AUTH %s %s\n' "$user" "$(cat "$password")" && cat; } |
    redis-cli -h "$host" -p "$port" -t 5 2>&1 | sed -e '/^$/d' -e '1{/^OK$/d;}'
}

fail() {
  echo "$1" >&2
  exit 1
}

# Returns when Redis answers; fails when it does not within a minute, or answers that it never will.
await_redis() {
  until=$(($(date +%s) + 60))
  while :; do
    answer=$(echo PING | commands | tail -n 1)
    case "$answer" in
      PONG) return ;;
      '' | 'Could not connect'* | Error:* | LOADING* | MASTERDOWN*) ;;
      *) fail "Redis refuses role $user: $answer" ;;
    esac
    [ "$(date +%s)" -lt "$until" ] || fail "Redis at $host:$port does not answer: $answer"
    sleep 1
  done
}
