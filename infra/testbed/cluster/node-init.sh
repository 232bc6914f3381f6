#!/usr/bin/env bash
# Process 1 of a node's namespaces: node-init.sh FOLDER. Gives the node a /var and a /run of its own, so that nothing a
# node writes or mounts is seen by the machine, then only adopts and reaps orphans. When it is killed, the kernel ends
# every process of the node and drops its mounts and links.
set -euo pipefail
folder=$1

# Containers are handed mounts that appear later (secrets, volumes) only where the root is shared.
mount --make-rshared /
mkdir -p "$folder"/var/{lib,log,tmp}
ln -sfn /run "$folder/var/run"
mount --bind "$folder/var" /var
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/netns

ip link set lo up
sysctl -qw net.ipv4.ip_forward=1
echo ready >"$folder/ready"
while :; do
  sleep 3600 &
  wait $! || true
done
