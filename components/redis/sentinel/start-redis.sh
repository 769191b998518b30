#!/bin/sh
# Usage: start-redis.sh NAME FOLDER DATA WORK MASTER
#
# Starts Redis as what the others say it is: a replica of their master or, when there is nobody else it could be, the
# master. It is asked anew at every start, so a master that comes back never finds itself beside another one.
#
#   NAME    of this pod, as in the list of addresses
#   FOLDER  with config/ (redis.conf, addresses), replication/ (credentials of the role)
#   DATA    folder of the data
#   WORK    a folder to write to that ends with the pod
#   MASTER  name under which Sentinels know the master
#
# Who was master and comes back is refused the office while anybody else answers: what it acknowledged last, a replica may
# have and its own disk may not. Its port stays closed, so Sentinels elect a replica, which then is what it follows. With
# an empty folder it never takes the office from Sentinels' memory: as its replicas, all others would be emptied, too.
set -u
name=$1 config=$2/config credentials=$2/replication role=replication data=$3 work=$4 master=$5
. "${0%/*}/ask.sh"
. "${0%/*}/survey.sh"
own=$(address_of "$name")
[ -n "$own" ] || fail "this pod, $name, is not in the list of addresses: $(tr '\n' ';' <"$config/addresses")"
# Ends in the ordinal.
ordinal=${name##*-}

has_data() { [ -n "$(ls -A "$data/appendonlydir" 2>/dev/null)" ] || [ -s "$data/dump.rdb" ]; }

# Sets become: `master`, the address to follow, or nothing; why: what people read in the log. waited: seconds since why has
# been the same.
decide() {
  become=
  if [ -n "$masters" ] && [ "$masters" = "${masters%% *}" ] && { [ "$named" = "$masters" ] || [ -z "$named" ]; }; then
    become=$masters why="$masters is master"
  elif [ -n "$masters" ]; then
    # Two, or one that Sentinels do not name: they are about to set it right.
    case " $masters " in
      *" ${named:--} "*) become=$named why="Sentinels name $named, of several masters" ;;
      *) why="$masters say they are master, Sentinels name ${named:-nobody}" ;;
    esac
  elif [ "$answered" -lt "$majority" ]; then
    why="no master, and less than $majority of $sentinels Sentinels answer"
  elif [ "$named" = - ]; then
    why='no master, and Sentinels do not agree on one'
  elif [ "$named" = "$own" ] && ! has_data; then
    why='Sentinels name this pod, which has no data: another must take its place'
  elif [ "$named" = "$own" ] && [ "$alive" -gt 0 ]; then
    why='Sentinels name this pod, and others are there to take its place'
    # Sentinels had time for several elections: the data is here, and nobody else may serve it.
    [ "$waited" -lt 90 ] || become=master
  elif [ "$named" = "$own" ]; then
    why='Sentinels name this pod, and nobody else is there'
    [ "$waited" -lt 3 ] || become=master
  elif [ -n "$named" ]; then
    why="Sentinels name $named, which does not answer as master"
    # The data here may be what Sentinels need for an election.
    [ "$waited" -lt 20 ] || become=$named
  elif has_data; then
    why='nobody knows of a master, and this pod has data'
    [ "$waited" -lt $((1 + 2 * ordinal)) ] || become=master
  else
    why='nobody knows of a master, and this pod has no data'
    # Later than any pod with data.
    [ "$ordinal" -gt 0 ] || [ "$waited" -lt $((4 + 2 * $(grep -c '^redis-' "$config/addresses"))) ] || become=master
  fi
}

# Waits for a decision.
settle() {
  last= since=$(date +%s)
  while :; do
    survey
    waited=$(($(date +%s) - since))
    decide
    if [ "$why" != "$last" ]; then
      say "$why"
      last=$why since=$(date +%s) waited=0
      decide
    fi
    [ -z "$become" ] || return 0
    sleep 0.2
  done
}

# The password must be in a file that Redis reads, and nowhere else.
write_configuration() {
  umask 077
  {
    echo "include $config/redis.conf"
    echo "replica-announce-ip $own"
    echo 'replica-announce-port 6379'
    echo 'masteruser replication'
    echo "masterauth $(cat "$credentials/password")"
    [ "$become" = master ] || echo "replicaof $become 6379"
  } >"$work/redis.conf"
}

# Redis is a child, not this process: killed alone, it is back at once, without the kubelet's growing pauses.
child=
trap 'ending=1; [ -z "$child" ] || kill -TERM "$child"' TERM INT
ending=
while :; do
  settle
  say "starting as $([ "$become" = master ] && echo master || echo "a replica of $become")"
  write_configuration
  began=$(date +%s)
  redis-server "$work/redis.conf" &
  child=$!
  wait "$child"
  status=$?
  # A signal ends the waiting, not yet Redis.
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    status=$?
  done
  [ -z "$ending" ] || exit "$status"
  say "Redis ended with $status"
  [ $(($(date +%s) - began)) -ge 5 ] || [ "$status" = 137 ] || exit "$status"
done
