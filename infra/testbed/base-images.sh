#!/usr/bin/env bash
# Provides stand-ins for the official images (no registry is needed), for buildah's FROM and for the nodes, if any run. Built
# once for each state of stand-ins/ and of the versions.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/settings.sh"
. "$here/build/cached.sh"

"$here/install-packages.sh"
"$here/build/programs.sh"
key=$(cat "$here/settings.sh" "$here/build/stand-ins.sh" "$here"/stand-ins/*/* | sha256sum | cut -c1-12)
folder=$cache/stand-ins-$key
make_once "$folder" "$here/build/stand-ins.sh"

# provide NAME IMAGE. A tag of the key tells whether buildah has this very build.
provide() {
  local mark=localhost/chairlift-$1:$key
  if ! buildah inspect --type image "$mark" >/dev/null 2>&1; then
    buildah pull --quiet "docker-archive:$folder/$1.tar" >/dev/null
    buildah tag "$2" "$mark"
  fi
  # The state folder is new with every cluster, and so are the nodes' images.
  if [ -e "$state/nodes" ] && [ ! -e "$state/loaded-$1-$key" ]; then
    "$here/load-image.sh" "$folder/$1.tar"
    touch "$state/loaded-$1-$key"
  fi
}
provide node "$node_image"
provide rabbitmq "$rabbitmq_image"
provide postgres "$postgres_image"
provide valkey "$valkey_image"
provide s3 "$s3_image"
