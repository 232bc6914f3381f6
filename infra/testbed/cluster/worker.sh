# shellcheck shell=bash disable=SC2154 # sourced after settings.sh, which sets what is read here
# Sourced after settings.sh, node.sh, network.sh and certificates.sh. What runs on every node: containerd, kubelet, kube-proxy.

# start_worker N
start_worker() {
  local number=$1 folder=$state/node-$1
  make_cgroup "$cgroup"
  make_cgroup "$cgroup/node-$number"
  issue_kubeconfig "node-$number" "system:node:node-$number" system:nodes
  mkdir -p "$folder/cni"
  write_containerd_config "$folder" >"$folder/containerd.toml"
  write_pod_network "$number" >"$folder/cni/10-pods.conflist"
  write_kubelet_config "$number" >"$folder/kubelet.yaml"
  write_proxy_config "$number" >"$folder/proxy.yaml"

  start_in_node "$number" containerd containerd --config "$folder/containerd.toml"
  wait_for "containerd of node-$number" in_node "$number" ctr version
  for image in "$system_images"/*.tar; do
    in_node "$number" ctr -n k8s.io images import - <"$image" >/dev/null
  done
  start_in_node "$number" kubelet "$kubernetes_bin/kubelet" --config="$folder/kubelet.yaml" \
    --kubeconfig="$pki/node-$number.conf" --node-ip="$node_address_prefix.$number" --hostname-override="node-$number"
  start_in_node "$number" proxy "$kubernetes_bin/kube-proxy" --config="$folder/proxy.yaml"
}

# make_cgroup PATH: the kubelet wants its root to exist in every hierarchy. In version 1 a new cpuset is empty and takes
# no process.
make_cgroup() {
  local hierarchy file
  for hierarchy in $(cgroup_hierarchies); do
    mkdir -p "$hierarchy/$1"
    for file in cpuset.cpus cpuset.mems; do
      if [ -e "$hierarchy/cgroup.procs" ] && [ -e "$hierarchy/$file" ]; then
        cat "$hierarchy/$file" >"$hierarchy/$1/$file"
      fi
    done
  done
}

# restrict_oom_score_adj: without CAP_SYS_RESOURCE runc may not lower the score, and dies trying.
write_containerd_config() {
  cat <<CONF
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "$pause_image"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$1/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
CONF
}

write_pod_network() {
  cat <<CONF
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "pods", "isGateway": true, "hairpinMode": true, "ipMasq": false,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$(pod_range_of "$1")"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}
]}
CONF
}

write_kubelet_config() {
  cat <<CONF
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: "$pki/ca.crt"}}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
cgroupRoot: /$cgroup/node-$1
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
clusterDNS: [$dns_address]
clusterDomain: cluster.local
enforceNodeAllocatable: []
failSwapOn: false
resolvConf: ""
maxPods: 200
evictionHard: {nodefs.available: "1%", imagefs.available: "1%", memory.available: "200Mi"}
CONF
}

write_proxy_config() {
  cat <<CONF
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: "$pki/proxy.conf"}
mode: iptables
clusterCIDR: $pod_range
hostnameOverride: node-$1
conntrack: {maxPerCore: 0}
CONF
}
