#!/usr/bin/env bash
# Brings the testbed up: NODES=2 up.sh (1 to 3 nodes). Prints the path of the kubeconfig. Does nothing if it is up already
# with that many nodes; clears away what an interrupted run left.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/settings.sh"
# One run at a time. The servers started below do not inherit the lock.
if [ -z "${TESTBED_LOCKED:-}" ]; then
  mkdir -p "$cache"
  TESTBED_LOCKED=yes exec flock --close "$cache/testbed.lock" "$0" "$@"
fi
. "$here/cluster/node.sh"
. "$here/cluster/network.sh"
. "$here/cluster/cgroups.sh"
. "$here/cluster/certificates.sh"
. "$here/cluster/control-plane.sh"
. "$here/cluster/worker.sh"
. "$here/cluster/addons.sh"

nodes=${NODES:-2}
case $nodes in
  1 | 2 | 3) ;;
  *) echo "testbed: NODES is '$nodes'; it can be 1, 2 or 3" >&2; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { echo 'testbed: namespaces, mounts and cgroups need root' >&2; exit 1; }
case $state/:$cache/ in
  /var/* | /run/* | *:/var/* | *:/run/*)
    echo 'testbed: a node has a /var and a /run of its own, so XDG_STATE_HOME and XDG_CACHE_HOME must be elsewhere' >&2
    exit 1
    ;;
esac

is_up() {
  local number
  [ "$(cat "$state/nodes" 2>/dev/null)" = "$nodes" ] || return 1
  for ((number = 1; number <= nodes; number++)); do
    node_process "$number" >/dev/null || return 1
  done
  control get --raw /readyz >/dev/null 2>&1
}

if ! is_up; then
  "$here/install-packages.sh"
  "$here/build/programs.sh"
  "$here/build/system-images.sh"
  "$here/down.sh"
  mkdir -p "$state"
  echo "testbed: starting $nodes node(s)" >&2
  for ((number = 1; number <= nodes; number++)); do
    start_node "$number"
    connect_node "$number"
  done
  start_control_plane
  for ((number = 1; number <= nodes; number++)); do
    start_worker "$number"
  done
  for ((number = 1; number <= nodes; number++)); do
    wait_for "node-$number" control get "node/node-$number"
  done
  control wait --for=condition=Ready nodes --all --timeout=60s >&2
  install_addons "$nodes"
  # Only a whole start counts as up.
  echo "$nodes" >"$state/nodes"
fi
echo "$kubeconfig"
