#!/bin/sh
# Installs the servers the lab starts privately, where they are missing:
#   sh lab/install-servers.sh [curl] [wrk] [chromium]
# RabbitMQ, PostgreSQL and Redis always, the tools when named. On Debian and Ubuntu as root or with
# password-less sudo; elsewhere it prints the one command to run and exits 1. It starts no server and
# touches none that runs.
set -eu

has() {
  for candidate in "$@"; do
    [ -x "$candidate" ] && return 0
    command -v "$candidate" >/dev/null 2>&1 && return 0
  done
  return 1
}

packages=''
need() {
  package=$1
  shift
  has "$@" || packages="$packages $package"
}

# An unmatched pattern stays as it is and is then no executable.
need rabbitmq-server /usr/lib/rabbitmq/bin/rabbitmq-server rabbitmq-server /opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server
need redis-server redis-server
need postgresql /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb initdb /opt/homebrew/opt/postgresql@*/bin/initdb
for tool in "$@"; do
  case $tool in
    curl) need curl curl ;;
    wrk) need wrk wrk ;;
    chromium) need chromium chromium chromium-browser google-chrome ;;
    *)
      echo "install-servers: no tool '$tool'; there are curl, wrk and chromium" >&2
      exit 2
      ;;
  esac
done
[ -n "$packages" ] || exit 0

refuse() {
  echo "install-servers: missing:$packages" >&2
  echo "install-servers: $1; run" >&2
  echo "  $2" >&2
  exit 1
}

# shellcheck disable=SC2086 # the list is meant to be split
if ! has apt-get; then
  case $(uname -s) in
    Darwin) refuse 'this is no Debian or Ubuntu' \
      "brew install$(printf '%s' "$packages" | sed 's/rabbitmq-server/rabbitmq/; s/redis-server/redis/; s/postgresql/postgresql@17/')" ;;
    *) refuse 'this is no Debian or Ubuntu' "install$packages with your package manager" ;;
  esac
fi
if [ "$(id -u)" = 0 ]; then
  as_root=''
elif has sudo && sudo -n true 2>/dev/null; then
  as_root='sudo -n'
else
  refuse 'installing needs root' "sudo apt-get install --yes --no-install-recommends$packages"
fi

# A package's script asks this file whether it may start its service; 101 means no.
policy=/usr/sbin/policy-rc.d
own_policy=''
remove_policy() {
  [ -z "$own_policy" ] || $as_root rm -f "$policy"
  own_policy=''
}
trap remove_policy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
if [ ! -e "$policy" ]; then
  own_policy=yes
  printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
  $as_root chmod 755 "$policy"
fi

install() {
  # env, because sudo passes no variables on. The lock of another apt run is waited for.
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l apt-get \
    -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold \
    install --yes --no-install-recommends $packages </dev/null
}

echo "install-servers: installing$packages" >&2
if ! install >&2; then
  echo 'install-servers: once more, with fresh package lists' >&2
  $as_root apt-get -o DPkg::Lock::Timeout=120 update </dev/null >&2
  install >&2
fi
