#!/bin/sh
# Usage: successor.sh NAME LOCAL ADDRESSES CREDENTIALS WORK
#
# Once this server takes the place of a master that has gone, has the replicas of that one follow it at once: a master
# without replicas takes no writes. Sentinels do the same, but they look at the new master only a second after they last
# did, and then tell replicas and clients. Arguments as in start-redis.sh.
#
# Only a replica that has lost its master, and whose data this server's data go on from, is told to. So nobody is led back
# to a master that was replaced, and what a replica has of the old one stays.
set -u
name=$1 local=$2 addresses=$3 credentials=$4/failover user=failover work=$5
. "${0%/*}/redis.sh"
. "${0%/*}/survey.sh"
find_own
trap 'exit 0' TERM INT

here() { ask "$local" 6379 "$user" "$credentials" 2; }
role() { echo ROLE | here | head -n 1; }

# Returns when this server says that it is a master or a replica, as asked for, or says nothing: Sentinels close its
# connections when they promote it. Prints how the link to its master was until then: connected, or what comes before.
await() {
  rm -f "$work/roles"
  mkfifo "$work/roles"
  { login "$user" "$credentials" && echo '1000000000 ROLE'; } |
    dial "$local" 6379 "$credentials" 86400 -i 0.05 >"$work/roles" &
  asking=$!
  sed -nu -e '/^connect/h;/^sync$/h' -e "/^\($1\|NOAUTH\|Error\|Could not connect\)/{g;p;q;}" <"$work/roles"
  # It goes on when nobody reads what it says.
  kill "$asking" 2>/dev/null
}

# Usage: field NAME: of INFO, which is standard input.
field() { sed -n "s/^$1:\([^$return]*\).*/\1/p"; }

# Usage: adopt ADDRESS HISTORY: the replica there, if the master that it has lost had that history.
adopt() {
  info=$(echo 'INFO replication' | ask "$1" 6379 "$user" "$credentials" 0.5)
  [ "$(echo "$info" | field master_link_status)" = down ] || return 0
  [ "$(echo "$info" | field master_replid)" = "$2" ] || return 0
  answer=$(echo "REPLICAOF $own 6379" | ask "$1" 6379 "$user" "$credentials" 0.5)
  say "this server has become master; $1, whose master has gone, was told to follow it: $answer"
}

while :; do
  until [ "$(role)" = slave ]; do
    await slave >/dev/null
    sleep 1
  done
  # It takes over from a master that has not gone: that one follows by itself, and so do the others. Their clients come now
  # and need the processors.
  [ "$(await master)" != connected ] || { sleep 1 && continue; }
  [ "$(role)" = master ] || continue
  history=$(echo 'INFO replication' | here | field master_replid2)
  adopting=
  while read -r peer address; do
    case $peer in "$name" | sentinel-*) continue ;; esac
    adopt "$address" "$history" &
    adopting="$adopting $!"
  done <"$addresses"
  # shellcheck disable=SC2086
  wait $adopting
done
