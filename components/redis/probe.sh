#!/bin/sh
# Usage: probe.sh readiness|liveness HOST|SOCKET PORT USER CREDENTIALS
#
# readiness: Redis answers PONG, so it has loaded its data and serves clients; over the network, as they come.
# liveness: Redis answers as a living server does, also while it loads, runs a long script, cannot write to its disk or
# has another password already: killing it then would help nobody, and make it load again. Asked through the socket, as a
# certificate that has expired is no reason either.
set -u
host=$2 port=$3 user=$4 credentials=$5
. "${0%/*}/redis.sh"
answer=$(echo PING | commands | tail -n 1)
case "$1:$answer" in
  *:PONG) exit 0 ;;
  liveness:LOADING* | liveness:BUSY* | liveness:MASTERDOWN* | liveness:MISCONF* | liveness:NOAUTH*) exit 0 ;;
esac
echo "$1: $answer"
exit 1
