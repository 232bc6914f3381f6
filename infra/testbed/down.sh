#!/usr/bin/env bash
# Takes the testbed down: ends the nodes' recorded processes, with which the kernel ends everything inside them and drops
# their mounts and links, then removes cgroups, volumes and state. The cached builds stay. Safe to run at any time.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/settings.sh"
. "$here/cluster/node.sh"
. "$here/cluster/cgroups.sh"

# Waits until the process is gone: only then are its namespace's processes gone, too.
end_process() {
  kill -KILL "$1" 2>/dev/null || true
  while [ -e "/proc/$1" ]; do sleep 0.05; done
}

# The keeper is process 1's parent; alone it is there only where a start was interrupted.
for record in "$state"/node-*/init "$state"/node-*/keeper; do
  if pid=$(recorded_process "$record"); then
    end_process "$pid"
  fi
done
remove_cgroups "$cgroup"
rm -rf "$state"
