#!/bin/sh
# Usage: probe-redis.sh HOST PORT USER CREDENTIALS
#
# Readiness of a server that may be a replica: it answers, has loaded its data, and as a replica has all of its master's
# data but what is under way. A rolling update goes on to the next pod by it, so the last copy is never taken away.
set -u
. "${0%/*}/redis.sh"
# More than this many bytes that have come in and are not applied yet is no replica to fall back on.
most_lag=1048576
info=$(printf 'PING\nINFO replication\n' | ask "$1" "$2" "$3" "$4" 2 | tr -d '\r')
[ "$(echo "$info" | head -n 1)" = PONG ] || fail "Redis answers: $(echo "$info" | head -n 1)"
echo "$info" | awk -F : -v most="$most_lag" '
  { field[$1] = $2 }
  END {
    if (field["role"] == "master") exit 0
    lag = field["slave_read_repl_offset"] - field["slave_repl_offset"]
    if (field["master_link_status"] == "up" && field["master_sync_in_progress"] == 0 && lag <= most) exit 0
    print "a replica, link " field["master_link_status"] ", sync in progress: " field["master_sync_in_progress"] ", bytes behind: " lag
    exit 1
  }'
