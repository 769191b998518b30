# Read by the scripts of pods that speak to several servers: redis-cli as a role.
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

# Usage: dial HOST|SOCKET PORT CREDENTIALS SECONDS [OPTION...]: redis-cli on standard input, for so many seconds at most.
# It takes the place of the shell that it is called in, so that who ends that ends it.
dial() {
  host=$1 port=$2 credentials=$3 seconds=$4
  shift 4
  case "$host" in
    /*) set -- -s "$host" "$@" ;;
    *)
      set -- -h "$host" -p "$port" "$@"
      [ ! -e "$credentials/ca.crt" ] || set -- --tls --cacert "$credentials/ca.crt" --cert "$credentials/tls.crt" \
        --key "$credentials/tls.key" "$@"
      ;;
  esac
  exec timeout "$seconds" redis-cli "$@" 2>&1
}

# Usage: ask HOST|SOCKET PORT USER CREDENTIALS SECONDS
# Runs the commands of standard input, one a line, in turn; prints their replies without that to the login.
ask() {
  { login "$3" "$4" && cat; } | dial "$1" "$2" "$4" "$5" | sed -e '/^$/d' -e '1{/^OK$/d;}'
}
