#!/bin/bash
# Usage: reload.sh CONTROL_PORT TLS_FOLDER SECONDS
#
# Has the HAProxy of this pod take up its certificate, key and authorities whenever their files are others, which it looks for
# every so many seconds. Connections that are open go on. HAProxy takes orders on loopback, which nobody else reaches.
set -u
port=$1 certificate=$2/tls.crt key=$2/tls.key authorities=$2/ca.crt seconds=$3
trap 'exit 0' TERM INT

# Usage: order TEXT: prints HAProxy's answer; fails when there is none.
order() {
  { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
  printf '%s\n' "$1" >&3
  cat <&3
  exec 3>&-
}

# Usage: replace KIND FILE TEXT: has HAProxy go on with a text in place of a file's; tells why when it does not.
replace() {
  local answer
  # A blank line would end the order too early.
  answer=$(order "set ssl $1 $2 <<
$(grep -v '^$' <<<"$3")
" && order "commit ssl $1 $2")
  case $answer in
    *Success!*) ;;
    # HAProxy starts after this script does.
    '') return 1 ;;
    *)
      echo "$2 not taken up: $answer" >&2
      order "abort ssl $1 $2" >/dev/null
      return 1
      ;;
  esac
}

# The files are replaced all at once, by another target of a link: what was read in between does not fit, and is read again.
taken=
while :; do
  trusted=$(cat "$authorities") own=$(cat "$certificate" "$key")
  if [ "$trusted$own" != "$taken" ]; then
    replace ca-file "$authorities" "$trusted" && replace cert "$certificate" "$own" &&
      taken=$trusted$own && echo 'certificates taken up'
  fi
  sleep "$seconds" & wait $!
done
