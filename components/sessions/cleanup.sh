#!/bin/sh
# Usage: cleanup.sh HOST PORT USER PASSWORD_FILE SECONDS FUNCTION KEY...
#
# Takes what has expired out of the indexes, in batches short enough that no other client waits long, until nothing is
# left or the time is over; the next run goes on then. When all went well it says so in Redis, for those who watch.
set -u
host=$1 port=$2 user=$3 password=$4 end=$(($(date +%s) + $5)) name=$6
shift 6
. "${0%/*}/redis.sh"
await_redis

# At most this many entries and microseconds a call; calls of one login go one after the other.
batch="FCALL $name $# $* 1000 2000"
calls=20
removed=0 more=1
while [ "$more" = 1 ] && [ "$(date +%s)" -lt "$end" ]; do
  replies=$(for _ in $(seq "$calls"); do echo "$batch"; done | commands)
  case "$replies" in *[!0-9[:space:]]*) fail "cleanup failed after $removed entries: $replies" ;; esac
  # A reply is four numbers: sessions, refresh tokens, deletion tokens, and 1 when there may be more.
  # shellcheck disable=SC2086
  set -- $replies
  [ $# = $((4 * calls)) ] || fail "cleanup failed after $removed entries: $# numbers in place of $((4 * calls))"
  while [ $# -gt 0 ]; do
    removed=$((removed + $1 + $2 + $3)) more=$4
    shift 4
  done
done

key=maintenance:cleanup
answer=$(printf 'SET %s %s\n' "$key:removed" "$removed" "$key:last_success" "$(date +%s)" | commands | tr '\n' ' ')
[ "$answer" = 'OK OK ' ] || fail "the heartbeat was not written: $answer"
rest=
[ "$more" = 1 ] && rest=', and there may be more'
echo "$removed entries$rest"
