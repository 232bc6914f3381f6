#!/bin/bash
# Options or a configuration file alone mean the server. VALKEY_EXTRA_FLAGS is added to its arguments. The official image
# turns protected mode off, since the container's network is the limit.
set -eu
if [[ "${1:-}" == -* || "${1:-}" == *.conf ]]; then
  set -- valkey-server "$@"
fi
if [ "$1" = valkey-server ]; then
  # shellcheck disable=SC2086 # several flags in one variable
  set -- "$@" ${VALKEY_EXTRA_FLAGS:-} --protected-mode no
  if [ "$(id -u)" = 0 ]; then
    chown valkey:valkey .
    exec setpriv --reuid=valkey --regid=valkey --init-groups "$@"
  fi
fi
exec "$@"
