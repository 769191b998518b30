#!/bin/sh
# Usage: start-redis.sh NAME LOCAL CONFIG ADDRESSES CREDENTIALS DATA WORK MASTER
#
# Starts Redis as what the others say it is: a replica of their master or, when there is nobody else it could be, the
# master. They are asked anew at every start, so a master that comes back never finds itself beside another one.
#
#   NAME         of this pod, as in the list of addresses
#   LOCAL        address, or path of the socket, by which this pod reaches itself
#   CONFIG       redis.conf, as far as it is the same for every pod
#   ADDRESSES    file with name and address of every pod, one a line
#   CREDENTIALS  folder with replication/ and failover/, the credentials of these roles
#   DATA         folder of the data
#   WORK         a folder to write to that ends with the pod
#   MASTER       name under which Sentinels know the master
#
# Who was master and comes back is refused the office while anybody else answers: what it acknowledged last, a replica may
# have and its own disk may not. Its port stays closed, so Sentinels elect a replica, which then is what it follows. With
# an empty folder it never takes the office from Sentinels' memory: as its replicas, all others would be emptied, too. For
# the same reason no Sentinel may elect a server that was never in sync (replica-priority 0).
set -u
name=$1 local=$2 config=$3 addresses=$4 secrets=$5 data=$6 work=$7 master=$8
# Its configuration has a password in it, and Redis writes that file, too, when a Sentinel tells it to.
umask 077
user=replication credentials=$secrets/replication
. "${0%/*}/redis.sh"
. "${0%/*}/survey.sh"
find_own
# Ends in the ordinal.
ordinal=${name##*-}
# Seconds in which Sentinels can try several elections.
patience=60

# There once it was master, or had all data of one on its own disk.
mark=$data/was-in-sync
has_data() { [ -e "$mark" ]; }

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
      *) why="$masters answers as master, Sentinels name ${named:-nobody}" ;;
    esac
  elif [ "$answered" -lt "$majority" ]; then
    why="no master answers, and fewer than $majority of $sentinels Sentinels"
  elif [ "$named" = - ]; then
    why='no master answers, and Sentinels do not agree on one'
  elif [ -n "$named" ] && [ "$named" != "$own" ]; then
    why="Sentinels name $named, which does not answer as master"
    # The data here may be what Sentinels need for an election.
    [ "$waited" -lt 20 ] || become=$named
  elif has_data && [ "$candidates" -gt 0 ]; then
    why="${named:+Sentinels name this pod, and }others are there to be elected"
    # Nobody was: what is here is all there is.
    [ "$waited" -lt "$patience" ] || become=master
  elif has_data; then
    why="${named:+Sentinels name this pod, and }nobody else could be; this pod has data"
    # Whom Sentinels name goes first, then one after the other.
    [ "$waited" -lt $((named_wait + 1)) ] || become=master
  elif [ -n "$named" ]; then
    why='Sentinels name this pod, which has no data: another must take its place'
  else
    why='nobody knows of a master, and this pod has no data'
    # Later than any pod with data.
    [ "$ordinal" -gt 0 ] || [ "$waited" -lt $((4 + 2 * servers)) ] || become=master
  fi
}

# Waits for a decision.
settle() {
  servers=$(grep -c '^redis-' "$addresses")
  last= since=$(date +%s)
  while :; do
    survey
    [ -z "$ending" ] || exit 0
    [ "$named" = "$own" ] && named_wait=2 || named_wait=$((2 * ordinal))
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
  {
    echo "include $config"
    echo "replica-announce-ip $own"
    echo 'replica-announce-port 6379'
    echo 'masteruser replication'
    echo "masterauth $(cat "$credentials/password")"
    has_data || [ "$become" = master ] || echo 'replica-priority 0'
    [ "$become" = master ] || echo "replicaof $become 6379"
  } >"$work/redis.conf"
}

# Waits until all data of the master are on this disk, then lets Sentinels elect this server.
note_sync() {
  here() { ask "$local" 6379 failover "$secrets/failover" 5; }
  until [ "$(printf 'INFO replication\nINFO persistence\n' | here | tr -d '\r' |
    grep -cE '^(master_link_status:up|loading:0|aof_rewrite_in_progress:0|aof_rewrite_scheduled:0)$')" = 4 ]; do
    sleep 1
  done
  : >"$mark"
  echo 'CONFIG SET replica-priority 100' | here >/dev/null
  say 'in sync for the first time: Sentinels may elect this pod from now on'
}

# Whether a master that answers has better data than the remains here: a file that Redis cannot read, as after a full disk.
unreadable() {
  case " $masters " in *" $become "*) ;; *) return 1 ;; esac
  [ -e "$data/appendonlydir/appendonly.aof.manifest" ] &&
    ! redis-check-aof "$data/appendonlydir/appendonly.aof.manifest" >/dev/null 2>&1
}

# Redis is a child, not this process: killed alone, it is back at once, without the kubelet's growing pauses.
child= noting= succeeding= ending=
trap 'ending=1; [ -z "$child" ] || kill -TERM "$child"' TERM INT
while :; do
  settle
  say "starting as $([ "$become" = master ] && echo master || echo "a replica of $become")"
  write_configuration
  began=$(date +%s) noting= succeeding=
  # Copies of data that an earlier life did not finish would fill the disk.
  rm -f "$data"/temp-*.rdb
  redis-server "$work/redis.conf" &
  child=$!
  [ -z "$ending" ] || kill -TERM "$child"
  if [ "$become" = master ]; then
    : >"$mark"
  elif ! has_data; then
    note_sync &
    noting=$!
  fi
  sh "${0%/*}/successor.sh" "$name" "$local" "$addresses" "$secrets" "$work" &
  succeeding=$!
  wait "$child"
  status=$?
  # A signal ends the waiting, not yet Redis.
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    status=$?
  done
  child=
  kill $noting "$succeeding" 2>/dev/null
  [ -z "$ending" ] || exit "$status"
  say "Redis ended with $status"
  if [ "$status" = 1 ] && unreadable; then
    say "the append-only file cannot be read; taking all data from $become"
    rm -rf "$data/appendonlydir" "$mark"
    continue
  fi
  # What it cannot start with is for the kubelet to show.
  [ $(($(date +%s) - began)) -ge 5 ] || [ "$status" = 137 ] || exit "$status"
done
