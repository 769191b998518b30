#!/bin/sh
# What has to be there before the first line of TypeScript can run. Says at once what is missing, all of it, and what to
# do. Usage: bootstrap.sh [cluster]: with `cluster`, the embedded Kubernetes is wanted, too.
set -eu
cd "$(dirname "$0")/.."

problems=""
problem() { problems="$problems
  - $1"; }

if [ "${1:-}" = cluster ]; then
  own='With a Kubernetes of your own, none of this is needed: make up KUBECONFIG=/path/to/kubeconfig'
  [ "$(uname -s)" = Linux ] || problem "the embedded Kubernetes runs on Linux only; this is $(uname -s)"
  [ "$(id -u)" = 0 ] || problem "the embedded Kubernetes makes namespaces and cgroups, for which it must be run as root"
  command -v apt-get >/dev/null || problem "the embedded Kubernetes takes its packages from Debian, and apt-get is not here"
fi
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }
if ! command -v node >/dev/null; then
  problem "Node.js 20.19 or newer is needed, and node is not here"
elif ! at_least "$(node --version | tr -d v)" 20.19; then
  problem "Node.js 20.19 or newer is needed; this is $(node --version)"
fi
# What the tools' own modules ask for, unless Go may fetch a newer one of itself.
go_wanted=1.26
[ "$(go env GOTOOLCHAIN 2>/dev/null)" != local ] ||
  go_wanted=$(sed -n 's/^go //p' local/tools/*/go.mod | sort -V | tail -n 1)
if ! command -v go >/dev/null; then
  problem "Go $go_wanted or newer is needed to build the engine and the cluster, and go is not here"
elif ! at_least "$(go env GOVERSION | sed 's/^go//')" "$go_wanted"; then
  problem "Go $go_wanted or newer is needed; this is $(go env GOVERSION)"
fi
if [ -n "$problems" ]; then
  printf 'This machine cannot do it:%s\n%s\n' "$problems" "${own:-}" >&2
  exit 1
fi

# npm leaves this file behind when it has finished, and only then.
done=node_modules/.lock.sha256
wanted=$(sha256sum package-lock.json | cut -d ' ' -f 1)
if [ "$(cat $done 2>/dev/null || true)" != "$wanted" ]; then
  mkdir -p .platform/logs
  started=$(date +%s)
  echo "  … npm packages (package-lock.json)"
  if ! npm ci --no-audit --no-fund --loglevel=error >.platform/logs/npm.log 2>&1; then
    tail -n 15 .platform/logs/npm.log >&2
    echo "✖ npm ci failed; the whole log: $PWD/.platform/logs/npm.log. Run the same command again." >&2
    exit 1
  fi
  echo "$wanted" >$done
  echo "  ✔ npm packages, $(($(date +%s) - started)) s"
fi
