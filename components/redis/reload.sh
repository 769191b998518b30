#!/bin/sh
# Usage: reload.sh SOCKET USER CREDENTIALS TLS_FOLDER SECONDS
#
# Has Redis take up its certificate, key and authorities whenever their files are others, which it looks for every so many
# seconds. Connections that are open go on with what they began with. It goes through the socket, which no certificate
# that has expired or that nobody trusts any more can close.
set -u
host=$1 port=0 user=$2 credentials=$3 tls=$4 seconds=$5
. "${0%/*}/redis.sh"
trap 'exit 0' TERM INT

# The files are replaced all at once, by another target of a link. Redis reads them one after the other and takes none when
# they do not belong together: then it is told again.
taken=
while :; do
  files=$(cat "$tls/ca.crt" "$tls/tls.crt" "$tls/tls.key" | sha256sum)
  if [ "$files" != "$taken" ]; then
    answer=$(echo "CONFIG SET tls-cert-file $tls/tls.crt tls-key-file $tls/tls.key tls-ca-cert-file $tls/ca.crt" | commands)
    case "$answer" in
      OK) taken=$files && echo 'certificates taken up' ;;
      # Redis starts after this script does.
      'Could not connect'*) ;;
      *) echo "certificates not taken up: $answer" >&2 ;;
    esac
  fi
  sleep "$seconds" & wait $!
done
