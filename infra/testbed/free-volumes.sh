#!/usr/bin/env bash
# Empties the volumes whose claim was deleted and offers them again: free-volumes.sh. Nobody else does: there is no provisioner.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/settings.sh"

"$here/kubectl" get persistentvolumes --output json \
  | jq --raw-output '.items[] | select(.status.phase == "Released") | "\(.metadata.name) \(.spec.local.path)"' \
  | while read -r name folder; do
    [[ $folder == "$state"/volumes/* ]] || continue
    find "$folder" -mindepth 1 -delete
    "$here/kubectl" patch persistentvolume "$name" --type json \
      --patch '[{"op": "remove", "path": "/spec/claimRef"}]' </dev/null >/dev/null
  done
