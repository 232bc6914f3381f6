#!/usr/bin/env bash
# Tries the running testbed: images, Pod Security, DNS, Services over nodes, logs and exec, volumes, metrics, autoscaler. Says
# what it saw, exits 1 at the first thing that is wrong, and leaves nothing behind.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/settings.sh"
. "$here/cluster/node.sh"
. "$here/cluster/certificates.sh"
. "$here/cluster/control-plane.sh"

nodes=$(cat "$state/nodes" 2>/dev/null) || { echo 'testbed: it is not up' >&2; exit 1; }
checks() { control --namespace testbed-check "$@"; }
seen() { echo "seen: $*"; }

"$here/base-images.sh" 2>/dev/null
clear_away() {
  control delete namespace testbed-check --ignore-not-found >/dev/null
  "$here/free-volumes.sh"
}
trap clear_away EXIT
sed -e "s/\${nodes}/$nodes/; s#\${node_image}#$node_image#" "$here/check/workloads.yaml" | control apply --filename - >/dev/null
checks rollout status deployment/web --timeout=60s >/dev/null
seen "$nodes pods under Pod Security restricted: $(checks get pods --selector app=web \
  --output jsonpath='{range .items[*]}{.spec.nodeName}/{.status.podIP} {end}')"

if checks run root --image="$node_image" --restart=Never 2>"$state/refusal"; then
  echo 'wrong: a pod that may run as root was admitted' >&2
  exit 1
fi
grep -q 'violates PodSecurity' "$state/refusal"
seen 'a pod that may run as root is refused'

# Every pod must reach the pods of all nodes by the Service's name: each of 40 requests has its own connection.
# A Service refuses connections until the node's kube-proxy has heard of its first ready pod.
answers() { checks exec "$1" -- node --eval "fetch('http://web').catch(() => process.exit(1))"; }
for pod in $(checks get pods --selector app=web --output name); do
  wait_for "the Service, from $pod," answers "$pod"
  answered=$(checks exec "$pod" -- node --input-type=module --eval "
    import http from 'node:http'
    const nodes = new Set()
    const ask = () => new Promise((resolve, reject) => http
      .get({ host: 'web.testbed-check.svc.cluster.local', agent: false }, async (response) => resolve(await response.toArray()))
      .on('error', reject))
    for (let i = 0; i < 40; i += 1) nodes.add(Buffer.concat(await ask()).toString())
    console.log([...nodes].sort().join(' '))")
  [ "$(wc -w <<<"$answered")" = "$nodes" ] || { echo "wrong: $pod reached only $answered" >&2; exit 1; }
  seen "$pod reaches by name, through the Service: $answered"
done

checks rollout status statefulset/store --timeout=60s >/dev/null
[ "$(checks exec store-0 -- cat /data/kept)" = kept ]
seen "a claim bound: $(checks get persistentvolumeclaims --output jsonpath='{.items[0].spec.volumeName}')"

# A new pod's first measurement takes two scrapes of 15 s.
has_metric() {
  checks get horizontalpodautoscaler web --output jsonpath='{.status.currentMetrics[0].resource.current}' | grep -q averageUtilization
}
wait_for 'the autoscaler' has_metric
seen "the autoscaler's measurement: $(checks get horizontalpodautoscaler web \
  --output jsonpath='{.status.currentMetrics[0].resource.current.averageUtilization}')%"
seen "memory of the nodes: $(control top nodes --no-headers | awk '{printf "%s %s  ", $1, $4}')"
