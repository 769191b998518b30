# Read by the scripts beside it, and by people in a pod: redis-cli as a role.
#
# A role's credentials are a folder with its `password` and, where TLS is on, `ca.crt`, `tls.crt` and `tls.key`. The password
# goes through the pipe, so that it is in no argument and no environment; printf is part of the shell. redis-cli ends with 0
# on error replies too, so what it prints is what counts.

fail() {
  echo "$1" >&2
  exit 1
}

# Usage: login USER CREDENTIALS: the line that logs in.
login() { printf 'AUTH %s %s\n' "$1" "$(cat "$2/password")"; }

# Usage: dial HOST|SOCKET PORT CREDENTIALS SECONDS [OPTION...]: redis-cli on standard input, for so many seconds at most; 0
# is without an end. It takes the place of the shell that it is called in, so that who ends that ends it.
dial() {
  whom=$1 at=$2 as=$3 within=$4
  shift 4
  case "$whom" in
    /*) set -- -s "$whom" "$@" ;;
    *)
      set -- -h "$whom" -p "$at" "$@"
      [ ! -e "$as/ca.crt" ] || set -- --tls --cacert "$as/ca.crt" --cert "$as/tls.crt" --key "$as/tls.key" "$@"
      ;;
  esac
  # In the foreground it may have a terminal.
  exec timeout --foreground "$within" redis-cli "$@" 2>&1
}

# Usage: ask HOST|SOCKET PORT USER CREDENTIALS SECONDS [OPTION...]
# Runs the commands of standard input, one a line, in turn; prints their replies without that to the login.
ask() {
  { login "$3" "$4" && cat; } | (
    whom=$1 at=$2 as=$4 within=$5
    shift 5
    dial "$whom" "$at" "$as" "$within" "$@"
  ) | sed -e '/^$/d' -e '1{/^OK$/d;}'
}

# Usage: commands [PAUSE]: asks who is in host, port, user and credentials. `7 COMMAND` is run seven times, with a pause of so
# many seconds after each.
commands() { ask "$host" "$port" "$user" "$credentials" 60 -i "${1:-0}"; }

# Returns when Redis answers; fails when it does not within a minute, or answers that it never will.
await_redis() {
  until=$(($(date +%s) + 60))
  while :; do
    answer=$(echo PING | ask "$host" "$port" "$user" "$credentials" 5 | tail -n 1)
    case "$answer" in
      PONG) return ;;
      '' | 'Could not connect'* | Error:* | LOADING* | MASTERDOWN*) ;;
      *) fail "Redis refuses role $user: $answer" ;;
    esac
    [ "$(date +%s)" -lt "$until" ] || fail "Redis at $host:$port does not answer: $answer"
    sleep 1
  done
}
