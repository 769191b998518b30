#!/bin/bash
# Usage: reload.sh CONTROL_PORT TLS_FOLDER SECONDS
#
# Has the HAProxy of this pod take up its certificate and key whenever their files are others, which it looks for every so many
# seconds. Connections that are open go on. HAProxy takes orders on loopback, which nobody else reaches.
#
# Not the authorities: HAProxy 3.0.11 that has taken up others and then a certificate crashes (its issue 3165).
set -u
port=$1 certificate=$2/tls.crt key=$2/tls.key seconds=$3
trap 'exit 0' TERM INT

# Usage: order TEXT: prints HAProxy's answer; fails when there is none.
order() {
  { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
  printf '%s\n' "$1" >&3
  cat <&3
  exec 3>&-
}

# The files are replaced both at once, by another target of a link: what was read in between does not fit, and is read again.
taken=
while :; do
  # A blank line would end the order too early.
  files=$(cat "$certificate" "$key" | grep -v '^$')
  if [ "$files" != "$taken" ]; then
    answer=$(order "set ssl cert $certificate <<
$files
" && order "commit ssl cert $certificate")
    case $answer in
      *Success!*) taken=$files && echo 'certificate taken up' ;;
      # HAProxy starts after this script does.
      '') ;;
      *) echo "certificate not taken up: $answer" >&2 && order "abort ssl cert $certificate" >/dev/null ;;
    esac
  fi
  sleep "$seconds" & wait $!
done
