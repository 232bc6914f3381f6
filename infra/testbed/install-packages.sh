#!/usr/bin/env bash
# Installs the Debian packages the testbed needs, where one is missing. Starts no service.
set -euo pipefail

packages=(
  etcd-server containerd runc containernetworking-plugins # control plane and nodes
  conntrack iptables ipset ebtables ethtool socat iproute2 procps # kubelet and kube-proxy
  buildah debootstrap # images
  gcc libc6-dev # the pause program
  openssl unzip jq curl
)

missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ]; then
  echo "testbed: missing: ${missing[*]}; run: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi

# A package's script asks this file whether it may start its service; 101 means no.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

install_missing() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l apt-get -q -o DPkg::Lock::Timeout=120 \
    -o Dpkg::Options::=--force-confold install --yes --no-install-recommends "${missing[@]}" </dev/null >&2
}

echo "testbed: installing ${missing[*]}" >&2
if ! install_missing; then
  echo 'testbed: once more, with fresh package lists' >&2
  apt-get -q -o DPkg::Lock::Timeout=120 update </dev/null >&2
  install_missing
fi
