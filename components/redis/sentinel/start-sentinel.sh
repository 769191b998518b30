#!/bin/sh
# Usage: start-sentinel.sh NAME FOLDER DATA WORK MASTER QUORUM DOWN_AFTER_MS FAILOVER_TIMEOUT_MS PARALLEL_SYNCS
#
# Starts a Sentinel with what it knew. One that knows nothing finds the master that is there and never guesses; until then
# it watches none, and says so to whoever asks. Folders as in start-redis.sh; FOLDER has sentinel/ (credentials), too.
set -u
name=$1 config=$2/config credentials=$2/sentinel role=sentinel data=$3 work=$4 master=$5
quorum=$6 down_after=$7 failover_timeout=$8 parallel_syncs=$9
. "${0%/*}/ask.sh"
. "${0%/*}/survey.sh"
own=$(address_of "$name")
[ -n "$own" ] || fail "this pod, $name, is not in the list of addresses: $(tr '\n' ';' <"$config/addresses")"
state=$data/sentinel.conf
password=$(cat "$credentials/password")

# The same in every life, so that no Sentinel is ever counted twice.
id_of() { printf '%s/%s' "$master" "$1" | sha1sum | cut -c 1-40; }

# Usage: write_configuration WATCHED [REPLICA...]
# Settings are those of this start, and the other Sentinels those of the list. WATCHED is the master, or empty; of an earlier
# life stay the epochs and the replicas.
write_configuration() {
  umask 077
  watched=$1
  shift
  {
    echo "include $config/sentinel.conf"
    echo "sentinel myid $(id_of "$name")"
    echo "sentinel announce-ip $own"
    echo 'sentinel announce-port 26379'
    echo 'sentinel sentinel-user sentinel'
    echo "sentinel sentinel-pass $password"
    grep '^sentinel current-epoch ' "$state" 2>/dev/null
    if [ -n "$watched" ]; then
      echo "sentinel monitor $master $watched 6379 $quorum"
      echo "sentinel down-after-milliseconds $master $down_after"
      echo "sentinel failover-timeout $master $failover_timeout"
      echo "sentinel parallel-syncs $master $parallel_syncs"
      echo "sentinel auth-user $master sentinel"
      echo "sentinel auth-pass $master $password"
      grep -E '^sentinel (config-epoch|leader-epoch|known-replica) ' "$state" 2>/dev/null
      for replica in "$@"; do echo "sentinel known-replica $master $replica 6379"; done
      while read -r other address; do
        case $other in
          "$name") ;;
          sentinel-*) echo "sentinel known-sentinel $master $address 26379 $(id_of "$other")" ;;
        esac
      done <"$config/addresses"
    fi
  } >"$state.new"
  mv "$state.new" "$state"
}

# Sets found: the one master that answers, when no other Sentinel names another. Where none does, and for some seconds did
# not, the one that most replicas follow: it is dead, and they wait for an election.
discover() {
  last= since=$(date +%s)
  while :; do
    survey
    found=
    case " $masters " in
      '  ')
        why="no master answers; replicas follow ${followed:-nobody}"
        [ $(($(date +%s) - since)) -lt 5 ] || found=$followed
        ;;
      " ${named:-$masters} ") found=$masters why="$masters is master" ;;
      *) why="$masters say they are master, other Sentinels name ${named:-nobody}" ;;
    esac
    [ "$why" = "$last" ] || { say "$why" && last=$why since=$(date +%s); }
    [ -z "$found" ] || return 0
    sleep 0.3
  done
}

child=
ending=
trap 'ending=1; [ -z "$child" ] || kill -TERM "$child"' TERM INT
start() {
  redis-server "$state" --sentinel &
  child=$!
}
# A signal ends the waiting, not yet the child.
await_child() {
  wait "$child"
  status=$?
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    status=$?
  done
  child=
}

watched=$(sed -n "s/^sentinel monitor $master \([^ ]*\) .*/\1/p" "$state" 2>/dev/null)
if [ -z "$watched" ]; then
  write_configuration ''
  start
  discover
  kill -TERM "$child"
  await_child
  write_configuration "$found" $slaves
fi
while [ -z "$ending" ]; do
  write_configuration "$(sed -n "s/^sentinel monitor $master \([^ ]*\) .*/\1/p" "$state")"
  began=$(date +%s)
  start
  await_child
  [ -n "$ending" ] || say "Sentinel ended with $status"
  [ $(($(date +%s) - began)) -ge 5 ] || [ "$status" = 137 ] || exit "$status"
done
