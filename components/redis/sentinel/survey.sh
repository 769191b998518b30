# Read by the scripts beside it: what the other pods say of who is master.
#
# They set name (of this pod), addresses (file with name and address of every pod, one a line), user and credentials (whom
# they log in as, and its folder), master (the name of the master that Sentinels watch), and work (a folder to write to).

address_of() { sed -n "s/^$1 //p" "$addresses"; }
say() { echo "$(date -u +%H:%M:%S) $1"; }

# Sets own: the announced address of this pod.
find_own() {
  own=$(address_of "$name")
  [ -n "$own" ] || fail "this pod, $name, is not in the list of addresses: $(tr '\n' ';' <"$addresses")"
}

# Seconds in which they must answer; longer where most Sentinels did not: the machine may have too much to do.
limit=0.5

# Asks every other Redis what it is and every Sentinel whom it names, all at once. Replies are files in $work/survey.
survey() {
  rm -rf "$work/survey"
  mkdir -p "$work/survey"
  asked=
  while read -r other address; do
    case $other in
      "$name") continue ;;
      sentinel-*)
        printf 'SENTINEL GET-MASTER-ADDR-BY-NAME %s\nPING\n' "$master" |
          ask "$address" 26379 "$user" "$credentials" "$limit" >"$work/survey/$other" &
        ;;
      *) echo 'INFO replication' | ask "$address" 6379 "$user" "$credentials" "$limit" >"$work/survey/$other" & ;;
    esac
    asked="$asked $!"
  done <"$addresses"
  # shellcheck disable=SC2086
  wait $asked
  read_sentinels
  read_servers
  [ "$answered" -ge "$majority" ] || case $limit in 0.5) limit=1 ;; 1) limit=2 ;; *) limit=4 ;; esac
}

# answered: how many Sentinels did. named: the address that all of these name, or a majority of all Sentinels does; empty
# when none knows of a master, `-` when they do not agree.
read_sentinels() {
  sentinels=$(grep -c '^sentinel-' "$addresses")
  majority=$((sentinels / 2 + 1))
  answered=0 votes=
  for reply in "$work"/survey/sentinel-*; do
    [ "$(tail -n 1 "$reply" 2>/dev/null)" = PONG ] || continue
    answered=$((answered + 1))
    votes="$votes $(sed -n '1{/^[0-9a-f.:]*$/p;}' "$reply")"
  done
  # shellcheck disable=SC2086
  named=$(printf '%s\n' $votes | sed '/^$/d' | sort | uniq -c | sort -rn | awk -v majority="$majority" '
    { count[NR] = $1; address[NR] = $2 }
    END { if (NR == 1 || count[1] >= majority) print address[1]; else if (NR > 1) print "-" }')
}

# masters: addresses of the servers that say they are one; replicas: of those that follow one; followed: whom most of these
# do. candidates: how many there are that Sentinels may elect or have elected.
read_servers() {
  masters= replicas= followed= candidates=0
  for reply in "$work"/survey/redis-*; do
    address=$(address_of "${reply##*/}")
    read_reply <"$reply"
    case $role in
      master) masters="$masters $address" ;;
      slave) replicas="$replicas $address" followed="$followed $follows" ;;
      *) continue ;;
    esac
    [ "$priority" = 0 ] || candidates=$((candidates + 1))
  done
  masters=${masters# }
  # shellcheck disable=SC2086
  followed=$(printf '%s\n' $followed | sort | uniq -c | sort -rn | awk 'NR == 1 { print $2 }')
}

read_reply() {
  role= follows= priority=
  while IFS=: read -r field value; do
    value=${value%"$return"}
    case $field in
      role) role=$value ;;
      master_host) follows=$value ;;
      slave_priority) priority=$value ;;
    esac
  done
}
return=$(printf '\r')
