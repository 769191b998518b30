#!/bin/sh
# Usage: probe-sentinel.sh readiness|liveness HOST PORT USER CREDENTIALS MASTER
#
# liveness: Sentinel answers PONG. readiness: it knows a master, too; before, it can neither tell clients nor elect anybody.
set -u
. "${0%/*}/redis.sh"
answer=$(printf 'PING\nSENTINEL GET-MASTER-ADDR-BY-NAME %s\n' "$6" | ask "$2" "$3" "$4" "$5" 2 | tr '\n' ' ')
case "$1:$answer" in
  liveness:PONG* | readiness:PONG' '[0-9a-f]*) exit 0 ;;
  liveness:*NOAUTH* | liveness:*WRONGPASS*) exit 0 ;;
esac
fail "$1: $answer"
