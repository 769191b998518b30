#!/bin/sh
# Usage: run.sh SECONDS FOLDER... -- COMMAND...
#
# Runs a server that reads its configuration anew at SIGHUP, and sends it that signal when the files of a folder change: it looks
# once in so many seconds. The kubelet puts changed files in place by turning the link ..data.
set -u
seconds=$1 folders=
shift
while [ "$1" != -- ]; do
  folders="$folders $1"
  shift
done
shift

state() {
  for folder in $folders; do readlink "$folder/..data"; done
}

ending=
before=$(state)
"$@" &
server=$!
trap 'ending=1; kill -TERM "$server"' TERM INT
while [ -z "$ending" ] && kill -0 "$server" 2>/dev/null; do
  # In the background: a signal ends the waiting, not a sleep.
  sleep "$seconds" &
  wait $!
  now=$(state)
  [ "$now" != "$before" ] || continue
  before=$now
  echo 'the configuration has changed: reading it anew' >&2
  kill -HUP "$server"
done
wait "$server"
