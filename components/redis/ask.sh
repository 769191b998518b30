# Read by the scripts of every pod that speaks to Redis: redis-cli as a role.
#
# A role's folder holds its `password`, and where TLS is on, `ca.crt`, `tls.crt` and `tls.key`. The password goes through
# the pipe, so that it is in no argument and no environment; printf is part of the shell. redis-cli ends with 0 on error
# replies too, so what it prints is what counts.

# Usage: ask HOST PORT USER FOLDER [SECONDS]
# Runs the commands of standard input, one a line, in turn; prints their replies without that to the login.
ask() {
  tls=
  [ ! -e "$4/ca.crt" ] || tls="--tls --cacert $4/ca.crt --cert $4/tls.crt --key $4/tls.key"
  # shellcheck disable=SC2086
  { printf 'AUTH %s %s\n' "$3" "$(cat "$4/password")" && cat; } |
    timeout "${5:-600}" redis-cli -h "$1" -p "$2" -t "${5:-5}" $tls 2>&1 | sed -e '/^$/d' -e '1{/^OK$/d;}'
}

fail() {
  echo "$1" >&2
  exit 1
}

# Usage: await_redis HOST PORT USER FOLDER
# Returns when Redis answers; fails when it does not within a minute, or answers that it never will.
await_redis() {
  until=$(($(date +%s) + 60))
  while :; do
    answer=$(echo PING | ask "$@" | tail -n 1)
    case "$answer" in
      PONG) return ;;
      '' | 'Could not connect'* | Error:* | LOADING* | MASTERDOWN*) ;;
      *) fail "Redis refuses role $3: $answer" ;;
    esac
    [ "$(date +%s)" -lt "$until" ] || fail "Redis at $1:$2 does not answer: $answer"
    sleep 1
  done
}
