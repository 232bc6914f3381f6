# shellcheck shell=bash disable=SC2154 # sourced after settings.sh, which sets what is read here
# Sourced after settings.sh and control-plane.sh. DNS, metrics and volumes of the cluster.

volumes_per_node=24

# install_addons NODES: applies addons/*.yaml and returns when DNS and the metrics API answer.
install_addons() {
  local number volume
  for file in "$testbed_folder"/addons/*.yaml; do
    sed -e "s/\${dns_address}/$dns_address/; s/\${coredns_version}/$coredns_version/" \
      -e "s/\${metrics_server_version}/$metrics_server_version/" "$file"
    echo ---
  done | control apply --filename - >/dev/null
  for ((number = 1; number <= $1; number++)); do
    for ((volume = 1; volume <= volumes_per_node; volume++)); do
      mkdir -p "$state/volumes/node-$number/$volume"
      chmod 777 "$state/volumes/node-$number/$volume"
      write_volume "node-$number" "$volume"
    done
  done | control apply --filename - >/dev/null
  control --namespace kube-system wait --for=condition=Available deployment --all --timeout=60s >&2
  wait_for 'the metrics API' control get --raw /apis/metrics.k8s.io/v1beta1/nodes
}

# write_volume NODE NUMBER. There is no provisioner: a claim is bound to one of these folders, chosen with the pod's node.
write_volume() {
  cat <<YAML
apiVersion: v1
kind: PersistentVolume
metadata: {name: $1-$2}
spec:
  capacity: {storage: 20Gi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: local
  local: {path: $state/volumes/$1/$2}
  nodeAffinity:
    required:
      nodeSelectorTerms:
        - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [$1]}]
---
YAML
}
