#!/usr/bin/env bash
# Copies an image into every node: load-image.sh IMAGE [OTHER-NAME], where IMAGE is one of buildah's or a docker archive (*.tar).
# Pods need imagePullPolicy IfNotPresent.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/settings.sh"
. "$here/cluster/node.sh"

[ "$#" = 1 ] || [ "$#" = 2 ] || { echo 'usage: load-image.sh IMAGE|ARCHIVE.tar [OTHER-NAME]' >&2; exit 2; }
[ -e "$state/nodes" ] || { echo 'testbed: it is not up' >&2; exit 1; }
archive=$1
if [[ $1 != *.tar ]]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  archive=$folder/image.tar
  buildah push --quiet "$1" "docker-archive:$archive:$1"
fi
for ((number = 1; number <= $(cat "$state/nodes"); number++)); do
  in_node "$number" ctr -n k8s.io images import --digests=false - <"$archive" >&2
  [ "$#" = 1 ] || in_node "$number" ctr -n k8s.io images tag --force "$1" "$2" >&2
done
