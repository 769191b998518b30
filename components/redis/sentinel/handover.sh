#!/bin/sh
# Usage: handover.sh NAME FOLDER WORK MASTER
#
# Hands the office of master over to a replica before this pod ends, or on demand: writes pause, the replicas reach the
# last of them, Sentinels elect one, this one follows it, and its clients are sent away to find the new one. Nothing that was
# acknowledged is lost, and clients wait a few tenths of a second.
#
# Does nothing and ends with 0 where this pod is no master; where there is nobody to hand over to, or something takes too
# long, it says so, lets writes go on and ends with 1. FOLDER has switchover/ (credentials of the role).
set -u
name=$1 config=$2/config credentials=$2/switchover role=switchover work=$3 master=$4
. "${0%/*}/ask.sh"
. "${0%/*}/survey.sh"
own=$(address_of "$name")

here() { ask "$own" 6379 "$role" "$credentials" 2; }
# Tenths of seconds make no difference to when this ends, only to how often it asks.
seconds_left() { [ "$(date +%s)" -lt "$1" ]; }

[ "$(echo ROLE | here | head -n 1)" = master ] || exit 0

# The replicas that follow: how many there are, and how many of them have everything.
replicas() {
  echo 'INFO replication' | here | tr -d '\r' | awk -F '[:=,]' '
    /^slave[0-9]+:/ { for (i = 2; i < NF; i++) { if ($i == "state") state = $(i + 1); if ($i == "offset") offset = $(i + 1) }
      if (state == "online") { online++; offsets[online] = offset } }
    /^master_repl_offset:/ { all = $2 }
    END { for (i = 1; i <= online; i++) if (offsets[i] == all) whole++; print online + 0, whole + 0 }'
}

# A Sentinel that can have a failover voted for.
able_sentinel() {
  sed -n 's/^sentinel-[0-9]* //p' "$config/addresses" | while read -r address; do
    answer=$(echo "SENTINEL CKQUORUM $master" | ask "$address" 26379 "$role" "$credentials" 1 | head -n 1)
    case $answer in OK*) echo "$address" && break ;; esac
  done
}

give_up() {
  echo 'CLIENT UNPAUSE' | here >/dev/null
  fail "$(say "the office of master was not handed over: $1")"
}

sentinel=$(able_sentinel)
[ -n "$sentinel" ] || give_up 'no Sentinel has a majority to elect another'
set -- $(replicas)
[ "$1" -gt 0 ] || give_up 'no replica follows'

say 'handing over: writes pause'
echo 'CLIENT PAUSE 8000 WRITE' | here >/dev/null
end=$(($(date +%s) + 3))
until set -- $(replicas) && [ "$1" -gt 0 ] && [ "$1" = "$2" ]; do
  seconds_left "$end" || give_up "$2 of $1 replicas have reached the last write within 3 seconds"
  sleep 0.01
done
answer=$(echo "SENTINEL FAILOVER $master" | ask "$sentinel" 26379 "$role" "$credentials" 2)
case $answer in OK | *INPROG*) ;; *) give_up "Sentinel at $sentinel refuses: $answer" ;; esac

end=$(($(date +%s) + 6))
while :; do
  survey
  [ -z "$masters" ] || break
  seconds_left "$end" || give_up 'no replica became master within 6 seconds'
done
printf 'REPLICAOF %s 6379\nCLIENT UNPAUSE\nCLIENT KILL TYPE normal SKIPME yes\n' "${masters%% *}" | here >/dev/null
say "handed over to ${masters%% *}"

# Who asks Sentinels must not be sent to a pod that has gone.
end=$(($(date +%s) + 6))
until survey && [ "$named" = "${masters%% *}" ]; do
  seconds_left "$end" || break
  sleep 0.1
done
