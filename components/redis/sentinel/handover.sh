#!/bin/sh
# Usage: timeout 40 handover.sh NAME LOCAL ADDRESSES CREDENTIALS WORK MASTER
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
. "${0%/*}/redis.sh"
. "${0%/*}/survey.sh"
find_own
login=$(login "$user" "$credentials")
paused=
resume() {
  [ -z "$paused" ] || echo 'CLIENT UNPAUSE' | ask "$local" 6379 "$user" "$credentials" 2 >/dev/null
  paused=
}
trap 'resume; stop_watching; rm -rf "$work"' EXIT
trap 'say "the office of master was not handed over: it took too long" >&2; exit 1' TERM INT
# A connection that has ended is an answer that does not come.
trap '' PIPE
mkdir "$work"

# Two connections are open before writes pause, so that the pause has no connecting in it: to this server, by descriptors 3
# and 4, and to the Sentinel, by 5 and 6. They end by themselves after so many seconds, a little before this script has to.
lifetime=39
open_here() {
  mkfifo "$work/here-asks" "$work/here-answers"
  dial "$local" 6379 "$credentials" "$lifetime" <"$work/here-asks" >"$work/here-answers" &
  exec 3>"$work/here-asks" 4<"$work/here-answers"
  exchange 3 4 "$login"
}
open_sentinel() {
  rm -f "$work"/sentinel-*
  mkfifo "$work/sentinel-asks" "$work/sentinel-answers"
  dial "$sentinel" 26379 "$credentials" "$lifetime" <"$work/sentinel-asks" >"$work/sentinel-answers" &
  exec 5>"$work/sentinel-asks" 6<"$work/sentinel-answers"
  exchange 5 6 "$login"
}
# Usage: exchange ASKS ANSWERS COMMANDS: sets reply to what they answer, a line each; fails when the connection ends.
exchange() {
  reply=
  printf '%s\nPING\n' "$3" 2>/dev/null >&"$1" || return 1
  while read -r line <&"$2"; do
    [ "$line" != PONG ] || return 0
    reply="$reply$line
"
  done
  return 1
}

now() { date +%s%3N; }
# Usage: await MILLISECONDS COMMAND...: until the command succeeds; asks five times a second.
await() {
  end=$(($(now) + $1))
  shift
  until "$@"; do
    [ "$(now)" -lt "$end" ] || return 1
    sleep 0.2
  done
}

# Waits until this machine has breath, for so many milliseconds at most. When a node is drained, all that ran there ends and
# starts elsewhere within some fifteen seconds, beginning a moment after this script did, and a pause in that time is several times as
# long as one after it. It has breath when for a second and a half no nap lasts longer than it should.
await_breath() {
  end=$(($(now) + $1)) calm=0
  while [ "$calm" -lt 30 ]; do
    lain=$(now)
    [ "$lain" -lt "$end" ] || return
    sleep 0.05
    calm=$((calm + 1))
    [ $(($(now) - lain)) -lt 75 ] || calm=0
  done
}

# A Sentinel that can have an election.
able_sentinel() {
  sed -n 's/^sentinel-[0-9]* //p' "$addresses" | while read -r address; do
    answer=$(echo "SENTINEL CKQUORUM $master" | ask "$address" 26379 "$user" "$credentials" 1 | head -n 1)
    case $answer in OK*) echo "$address" && break ;; esac
  done
}

# Addresses of the replicas that a master has, by its INFO, which is standard input.
online() { sed -n 's/^slave[0-9]*:ip=\([^,]*\),.*,state=online,.*/\1/p' | tr '\n' ' '; }
# Sets wanted: addresses of the replicas that follow, as this master sees them.
find_following() {
  problem='this server does not answer'
  exchange 3 4 'INFO replication' || return 1
  wanted=$(echo "$reply" | online)
  problem='no replica follows'
  [ -n "$wanted" ]
}

# Asks each of $wanted a hundred times a second, by one connection, how far it is: `ADDRESS OFFSET`, to read by descriptor 7.
watch_wanted() {
  stop_watching
  mkdir "$work/watch"
  mkfifo "$work/watch/all"
  for replica in $wanted; do
    mkfifo "$work/watch/$replica"
    printf '%s\n%s ROLE\n' "$login" "$((lifetime * 100))" | dial "$replica" 6379 "$credentials" "$lifetime" -i 0.01 >"$work/watch/$replica" &
    watchers="$watchers $!"
    sed -nu "/^slave\$/{n;n;n;n;s/^/$replica /p;}" <"$work/watch/$replica" >"$work/watch/all" 2>/dev/null &
  done
  exec 7<"$work/watch/all"
}
watchers=
stop_watching() {
  # shellcheck disable=SC2086
  [ -z "$watchers" ] || kill $watchers 2>/dev/null
  watchers=
  exec 7<&-
  rm -rf "$work/watch"
}

# Whether it is before $end. What asks this often need not ask the clock each time, which is a process of its own.
asked_for_time=0
in_time() {
  asked_for_time=$((asked_for_time + 1))
  [ $((asked_for_time % 10)) != 0 ] || [ "$(now)" -lt "$end" ]
}

# Usage: reach OFFSET MILLISECONDS: sets behind to those of $wanted that were not seen with everything up to there in time.
reach() {
  behind=" $wanted" end=$(($(now) + $2))
  while [ -n "${behind# }" ] && in_time && read -r who number <&7; do
    [ "$number" -ge "$1" ] || continue
    case $behind in *" $who "*) behind="${behind%%" $who "*} ${behind#*" $who "}" ;; esac
  done
  behind=${behind# }
}
# Usage: await_here MILLISECONDS COMMAND: until the command finds in reply, what this server says of replication, what it looks for.
await_here() {
  end=$(($(now) + $1))
  while in_time && exchange 3 4 'INFO replication'; do
    ! "$2" || return 0
    sleep 0.005
  done
  return 1
}
# Sets left to the first of $wanted that follows no more. Who is promoted leaves in that moment, which is seen here before it can
# be asked: its connections have ended.
one_has_left() {
  for left in $wanted; do
    case $reply in *"ip=$left,"*) ;; *) return 0 ;; esac
  done
  return 1
}
follows() {
  case $reply in *master_link_status:up*) ;; *) return 1 ;; esac
}
# Sets new to the one of $wanted that says it is master.
find_promoted() {
  for new in $left $wanted; do
    [ "$(echo ROLE | ask "$new" 6379 "$user" "$credentials" 1 | head -n 1)" != master ] || return 0
  done
  return 1
}

# Has the others follow the new master. Sentinels tell them, too, but may have lost sight of one that has just come back: they
# give up a connection that hangs after 15 seconds only (SENTINEL_MIN_LINK_RECONNECT_PERIOD).
lead_others() {
  others=
  for other in $wanted; do
    [ "$other" != "$new" ] || continue
    others="$others $other"
    echo "REPLICAOF $new 6379" | ask "$other" 6379 "$user" "$credentials" 1 >/dev/null &
  done
}
# Whether the new master has them, and so goes on to take writes when this pod ends.
others_follow() {
  following=" $(echo 'INFO replication' | ask "$new" 6379 "$user" "$credentials" 1 | online)"
  for other in $others; do
    case $following in *" $other "*) ;; *) return 1 ;; esac
  done
}
# Whether all Sentinels that answer name the new master.
is_known() { survey && [ "$named" = "$new" ]; }

# Whether the Sentinel, too, takes each of $behind for down.
known_down() {
  exchange 5 6 "SENTINEL REPLICAS $master" || return 1
  for silent in $behind; do
    echo "$reply" | awk -v who="$silent" '
      $0 == "ip" { getline; at = $0 }
      $0 == "flags" { getline; if (at == who && /s_down|disconnected/) down = 1 }
      END { exit !down }' || return 1
  done
}

attempt() {
  problem='no Sentinel has a majority for an election'
  sentinel=$(able_sentinel)
  [ -n "$sentinel" ] && open_sentinel || return 1
  find_following || return 1
  watch_wanted
  # One that hangs is not waited for, as soon as Sentinels know that it does and will not elect it.
  reach 0 1000
  problem="$behind answers nobody, and the Sentinel has not noticed yet"
  [ -z "$behind" ] || await 3000 known_down || return 1
  for silent in $behind; do
    wanted=$(printf '%s\n' $wanted | grep -vxF "$silent" | tr '\n' ' ')
  done
  problem='no replica answers'
  [ -n "$wanted" ] || return 1

  paused=1
  problem='this server does not answer'
  exchange 3 4 'CLIENT PAUSE 8000 WRITE
ROLE' || return 1
  offset=$(echo "$reply" | sed -n 3p)
  [ -n "$offset" ] || return 1
  # Sentinels' own messages are writes, too: a pause of a second is a dead master to them.
  problem='replicas have not reached the last write within half a second'
  reach "$offset" 500
  [ -z "$behind" ] || return 1
  problem="Sentinel at $sentinel does not answer"
  exchange 5 6 "SENTINEL FAILOVER $master" || return 1
  problem="Sentinel at $sentinel refuses: $reply"
  case $reply in OK* | *INPROG*) ;; *) return 1 ;; esac
  # Until clients are gone what this server sees is enough, and they need the processors more.
  stop_watching
  problem='no replica became master within 4 seconds'
  await_here 4000 one_has_left || return 1
  exchange 3 4 "REPLICAOF $left 6379"
  # Clients that come sooner are refused: the new master takes writes when a replica follows it, and this is the first.
  await_here 500 follows
  exchange 3 4 'CLIENT UNPAUSE
CLIENT KILL TYPE normal SKIPME yes'
  paused=
  # Clients, who come just now, need the processors more.
  sleep 0.6
  # It may have left for another reason.
  await 4000 find_promoted || {
    exchange 3 4 'REPLICAOF NO ONE'
    return 1
  }
  [ "$new" = "$left" ] || exchange 3 4 "REPLICAOF $new 6379"
}

give_up() { fail "$(say "the office of master was not handed over: $problem")"; }

problem='this server does not answer'
{ open_here && exchange 3 4 ROLE; } || give_up
case $reply in master*) ;; *) exit 0 ;; esac
say 'handing over the office of master'
# Without any it may be the last one for long.
find_following || give_up
# Before a Sentinel is chosen: one of the same node ends meanwhile.
await_breath 20000
began=$(date +%s)
until attempt; do
  resume
  [ "$problem" != 'no replica follows' ] && [ $(($(date +%s) - began)) -lt 8 ] || give_up
  sleep 1
done
say "handed over to $new"
# What is waited for now is better to have, and no reason to say that it was not handed over.
trap 'exit 0' TERM INT

lead_others
await 8000 others_follow || say "not all of them follow it yet:$others"
# Who asks Sentinels must not be sent to a pod that has gone. They see the new master by its next INFO, within a second.
await 4000 is_known
:
