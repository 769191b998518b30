#!/bin/sh
# Usage: timeout 15 handover.sh NAME LOCAL ADDRESSES CREDENTIALS WORK MASTER
#
# Hands the office of master over to a replica before this pod ends, or on demand: writes pause, the replicas reach the
# last of them, Sentinels elect one, this one follows it, and its clients are sent away to find the new one. Nothing that was
# acknowledged is lost, and clients wait a few tenths of a second.
#
# Does nothing and ends with 0 where this pod is no master. Where there is nobody to hand over to, something takes too long
# or it is interrupted, it lets writes go on, says why and ends with 1. Arguments as in start-redis.sh.
set -u
name=$1 local=$2 addresses=$3 credentials=$4/failover user=failover master=$6
work=$5/handover-$$
. "${0%/*}/ask.sh"
. "${0%/*}/survey.sh"
find_own
login=$(login "$user" "$credentials")
paused=
resume() {
  [ -z "$paused" ] || echo 'CLIENT UNPAUSE' | here >/dev/null
  paused=
}
# What watches the others ends with its folder.
trap 'resume; rm -rf "$work"' EXIT
trap 'say "the office of master was not handed over: it took too long" >&2; exit 1' TERM INT
mkdir "$work"

here() { ask "$local" 6379 "$user" "$credentials" 2; }
now() { date +%s%3N; }
# Usage: await MILLISECONDS COMMAND...: until the command succeeds; asks some fifty times a second.
await() {
  end=$(($(now) + $1))
  shift
  until "$@"; do
    [ "$(now)" -lt "$end" ] || return 1
    sleep 0.01
  done
}

# A Sentinel that can have an election.
able_sentinel() {
  sed -n 's/^sentinel-[0-9]* //p' "$addresses" | while read -r address; do
    answer=$(echo "SENTINEL CKQUORUM $master" | ask "$address" 26379 "$user" "$credentials" 1 | head -n 1)
    case $answer in OK*) echo "$address" && break ;; esac
  done
}

# Addresses of the replicas that follow, as this master sees them.
following() {
  echo 'INFO replication' | here | tr -d '\r' | sed -n 's/^slave[0-9]*:ip=\([^,]*\),.*,state=online,.*/\1/p'
}

# Usage: watch ADDRESS. Asks a server for its role all the time, by one connection, and notes it in $seen: `master ADDRESS`
# or `offset ADDRESS NUMBER`. Sentinels close that connection when they promote the server and redis-cli opens another, so
# each question has its login.
watch() {
  while [ -e "$seen" ] && printf '%s\nROLE\n' "$login" && sleep 0.01; do :; done | dial "$1" 6379 "$credentials" 14 |
    sed -nu -e "s/^master\$/master $1/p" -e "/^slave\$/{n;n;n;n;s/^/offset $1 /p;}" >>"$seen"
}
watch_others() {
  : >"$seen"
  sed -n 's/^redis-[0-9]* //p' "$addresses" | grep -vxF "$own" >"$work/others"
  while read -r other; do watch "$other" & done <"$work/others"
}

# Whether each of $wanted has been seen with everything up to $offset.
reached() {
  awk -v least="$offset" -v wanted="$wanted" '
    $1 == "offset" { at[$2] = $3 }
    END { n = split(wanted, who, " "); for (i = 1; i <= n; i++) if (!(who[i] in at) || at[who[i]] + 0 < least + 0) exit 1 }' "$seen"
}
promoted() { new=$(sed -n '/^master /{s///p;q;}' "$seen") && [ -n "$new" ]; }

attempt() {
  problem='no Sentinel has a majority for an election'
  sentinel=$(able_sentinel)
  [ -n "$sentinel" ] || return 1
  problem='no replica follows'
  wanted=$(following | tr '\n' ' ')
  [ -n "$wanted" ] || return 1
  watch_others
  # One that hangs is not waited for: Sentinels do not elect it.
  offset=0
  await 1000 reached || wanted=$(awk -v wanted=" $wanted" '
    $1 == "offset" && index(wanted, " " $2 " ") { at[$2] } END { for (who in at) print who }' "$seen" | tr '\n' ' ')
  problem='no replica answers'
  [ -n "$wanted" ] || return 1

  paused=1
  problem='this server does not answer'
  offset=$(printf 'CLIENT PAUSE 8000 WRITE\nROLE\n' | here | sed -n 3p)
  [ -n "$offset" ] || return 1
  # Sentinels' own messages are writes, too: a pause of a second is a dead master to them.
  problem='replicas have not reached the last write within half a second'
  await 500 reached || return 1
  answer=$(echo "SENTINEL FAILOVER $master" | ask "$sentinel" 26379 "$user" "$credentials" 2)
  problem="Sentinel at $sentinel refuses: $answer"
  case $answer in OK | *INPROG*) ;; *) return 1 ;; esac
  problem='no replica became master within 4 seconds'
  await 4000 promoted || return 1
  printf 'REPLICAOF %s 6379\nCLIENT UNPAUSE\nCLIENT KILL TYPE normal SKIPME yes\n' "$new" | here >/dev/null
  paused=
}

[ "$(echo ROLE | here | head -n 1)" = master ] || exit 0
say 'handing over the office of master'
began=$(date +%s) seen=$work/seen-1
until attempt; do
  resume
  rm -f "$seen"
  # Sentinels may not have seen yet that a replica is there again.
  [ "$problem" != 'no replica follows' ] && [ $(($(date +%s) - began)) -lt 8 ] ||
    fail "$(say "the office of master was not handed over: $problem")"
  sleep 1
  seen=${seen}1
done
say "handed over to $new"

# Who asks Sentinels must not be sent to a pod that has gone.
await 4000 eval 'survey && [ "$named" = "$new" ]'
:
