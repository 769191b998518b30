#!/bin/sh
# Usage: start-sentinel.sh NAME CONFIG ADDRESSES CREDENTIALS DATA WORK MASTER QUORUM DOWN_AFTER FAILOVER_TIMEOUT SYNCS [TLS]
#
# Starts a Sentinel with what it knew. One that knows nothing finds the master that is there and never guesses; until then
# it watches none, and says so to whoever asks.
#
#   CONFIG       sentinel.conf, as far as it is the same for every pod
#   CREDENTIALS  folder with sentinel/, the credentials of this role
#   DATA         folder of what it remembers
#   DOWN_AFTER, FAILOVER_TIMEOUT  in milliseconds
#   SYNCS        how many replicas may copy a new master's data at a time
#   TLS          folder of certificate, key and authorities
#   others       as in start-redis.sh
set -u
name=$1 config=$2 addresses=$3 credentials=$4/sentinel data=$5 work=$6 master=$7
shift 7
# Its configuration has a password in it, and Sentinel writes that file, too.
umask 077
quorum=$1 down_after=$2 failover_timeout=$3 parallel_syncs=$4 tls=${5:-}
user=sentinel
. "${0%/*}/redis.sh"
. "${0%/*}/survey.sh"
find_own
state=$data/sentinel.conf

# The same in every life, so that no Sentinel is ever counted twice.
id_of() { printf '%s/%s' "$master" "$1" | sha1sum | cut -c 1-40; }

# The master of an earlier life. An address that is nobody's any more is forgotten, and so is a master by it.
remembered() {
  watched=$(sed -n "s/^sentinel monitor $master \([^ ]*\) .*/\1/p" "$state" 2>/dev/null)
  ! grep -q "^redis-[0-9]* $watched\$" "$addresses" || echo "$watched"
}

# Usage: write_configuration WATCHED [REPLICA...]
# Settings are those of this start, and the other Sentinels those of the list. WATCHED is the master, or empty; of an earlier
# life stay the epochs and the replicas.
write_configuration() {
  watched=$1
  shift
  password=$(cat "$credentials/password")
  {
    echo "include $config"
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
      grep -E "^sentinel (config-epoch|leader-epoch) $master " "$state" 2>/dev/null
      while read -r other address; do
        case $other in
          "$name") ;;
          sentinel-*) echo "sentinel known-sentinel $master $address 26379 $(id_of "$other")" ;;
          *)
            case " $* " in
              *" $address "*) echo "sentinel known-replica $master $address 6379" ;;
              *) grep -F "sentinel known-replica $master $address 6379" "$state" 2>/dev/null ;;
            esac
            ;;
        esac
      done <"$addresses"
    fi
  } >"$state.new"
  mv "$state.new" "$state"
}

# Sets found: the one master that answers, when no other Sentinel names another. Where there is none for some seconds, or several
# and nobody names one, it is the one that most replicas follow: dead, and they wait for an election, or one of several.
discover() {
  last= since=$(date +%s)
  while :; do
    survey
    [ -z "$ending" ] || return 0
    found=
    if [ -n "$masters" ] && [ "$masters" = "${masters%% *}" ] && [ "${named:-$masters}" = "$masters" ]; then
      found=$masters why="$masters is master"
    elif [ -z "$masters" ] || { [ -z "$named" ] && echo "$masters" | grep -qwF "${followed:--}"; }; then
      why="${masters:-no server} answers as master; replicas follow ${followed:-nobody}"
      [ $(($(date +%s) - since)) -lt 5 ] || found=$followed
    else
      why="$masters answers as master, other Sentinels name ${named:-nobody}"
    fi
    [ "$why" = "$last" ] || { say "$why" && last=$why since=$(date +%s); }
    [ -z "$found" ] || return 0
    sleep 0.3
  done
}

child= ending=
trap 'ending=1; [ -z "$child" ] || kill -TERM "$child"' TERM INT
start() {
  redis-server "$state" --sentinel &
  child=$!
  [ -z "$ending" ] || kill -TERM "$child"
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

# Writes the configuration of a Sentinel that watches the master: the remembered one or, where it knows of none, the one that
# it discovers; meanwhile a Sentinel answers that it knows of none.
configure() {
  if [ -n "$(remembered)" ]; then
    write_configuration "$(remembered)"
    return
  fi
  write_configuration ''
  start
  discover
  kill -TERM "$child" 2>/dev/null
  await_child
  # shellcheck disable=SC2086
  [ -n "$ending" ] || write_configuration "$found" $replicas
}

# A Sentinel reads its certificate at its start only. Renewed ones reach a pod as other files, and it is back with what it
# knows in a tenth of a second; one after the other, so that the others still agree meanwhile.
certificates() { cat "$tls/ca.crt" "$tls/tls.crt" "$tls/tls.key" | sha256sum; }
await_renewal() {
  taken=$(certificates)
  while [ "$(certificates)" = "$taken" ]; do sleep 5; done
  sleep $((10 * ${name##*-}))
  say 'starting again with renewed certificates'
  : >"$work/renewed"
  kill -TERM "$1"
}

# Has Sentinel ask servers every 0.8 seconds what they are, and not every ten. In a failover it asks a second after it last
# did: a moment after the promotion, mostly, instead of at once, which is too early, and a second later. Clients that ask
# Sentinels know of a new master 0.4 seconds sooner. Twice a second, and not once, it asks whether they are there, and
# connects to those that were not.
ask_often() {
  until [ "$(echo 'SENTINEL DEBUG INFO-PERIOD 800 PING-PERIOD 500' | ask "$work/sentinel.sock" 0 sentinel "$credentials" 1)" = OK ]; do
    sleep 0.2
  done
}

while :; do
  configure
  [ -z "$ending" ] || break
  began=$(date +%s) renewal=
  rm -f "$work/renewed"
  start
  ask_often &
  asking=$!
  if [ -n "$tls" ]; then
    await_renewal "$child" &
    renewal=$!
  fi
  await_child
  # shellcheck disable=SC2086
  kill "$asking" $renewal 2>/dev/null
  [ -z "$ending" ] || break
  [ ! -e "$work/renewed" ] || continue
  say "Sentinel ended with $status"
  # What it cannot start with is for the kubelet to show.
  [ $(($(date +%s) - began)) -ge 5 ] || [ "$status" = 137 ] || exit "$status"
done
