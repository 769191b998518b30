#!/bin/sh
# Usage: probe.sh readiness|liveness PORT USER PASSWORD_FILE
#
# readiness: Redis answers PONG, so it has loaded its data and serves clients.
# liveness: Redis answers as a living server does, also while it loads, runs a long script, cannot write to its disk or
# has another password already: killing it then would help nobody, and make it load again.
#
# The password goes through the pipe, so that it is in no argument and no environment; printf is part of the shell.
# redis-cli ends with 0 on error replies too, so what it prints is what counts.
set -u
answer=$(printf 'AUTH %s %s\nPING\n' "$3" "$(cat "$4")" | redis-cli -h 127.0.0.1 -p "$2" 2>&1 | sed '/^$/d' | tail -n 1)
case "$1:$answer" in
  *:PONG) exit 0 ;;
  liveness:LOADING* | liveness:BUSY* | liveness:MASTERDOWN* | liveness:MISCONF* | liveness:NOAUTH*) exit 0 ;;
esac
echo "$1: $answer"
exit 1
