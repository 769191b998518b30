#!/bin/sh
# Usage: deploy.sh HOST PORT USER CREDENTIALS LIBRARY_FILE VERSION COUNT
#
# Loads the library of session functions, in the place of an older one, and looks that all COUNT functions are there in
# this version. Redis takes a library as a whole or refuses it, so calls go on meanwhile; loading it again changes nothing.
set -u
host=$1 port=$2 user=$3 credentials=$4
. "${0%/*}/redis.sh"
await_redis

# As redis-cli takes text on its standard input: one line in quotes.
quoted=$(sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/$/\\n/' "$5" | tr -d '\n')
until=$(($(date +%s) + 120))
while :; do
  answer=$(printf 'FUNCTION LOAD REPLACE "%s"\n' "$quoted" | commands)
  # A master whose replicas are not there yet takes no writes, and one that has just been demoted neither.
  case "$answer" in NOREPLICAS* | READONLY*) ;; *) break ;; esac
  [ "$(date +%s)" -lt "$until" ] || break
  sleep 1
done
[ "$answer" = sessions ] || fail "the library was not loaded: $answer"

list=$(echo 'FUNCTION LIST LIBRARYNAME sessions' | commands)
found=$(printf '%s\n' "$list" | grep -c "(sessions $6)\$")
[ "$found" = "$7" ] || fail "$found of $7 functions have version $6: $list"
echo "sessions $6: $found functions"
