# shellcheck shell=bash disable=SC2154 # sourced after settings.sh, which sets what is read here
# Sourced after settings.sh, node.sh and certificates.sh. etcd, API server, controllers and scheduler, in node 1.

start_control_plane() {
  make_authority
  issue apiserver kube-apiserver kubernetes "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:\
kubernetes.default.svc.cluster.local,DNS:localhost,IP:127.0.0.1,IP:$api_service_address,IP:$node_address_prefix.1"
  issue kubelet-client kube-apiserver-kubelet-client system:masters
  issue front-proxy front-proxy-client kubernetes
  issue_kubeconfig admin admin system:masters
  issue_kubeconfig controller-manager system:kube-controller-manager system:kube-controller-manager
  issue_kubeconfig scheduler system:kube-scheduler system:kube-scheduler
  issue_kubeconfig proxy system:kube-proxy system:node-proxier

  # The data are thrown away, so nothing waits for the disk.
  start_in_node 1 etcd etcd --data-dir "$state/etcd" --unsafe-no-fsync \
    --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
    --listen-peer-urls http://127.0.0.1:2380
  start_api_server
  wait_for 'the API server' control get --raw /readyz
  start_in_node 1 controller-manager "$kubernetes_bin/kube-controller-manager" \
    --kubeconfig="$pki/controller-manager.conf" --leader-elect=false --use-service-account-credentials=true \
    --service-account-private-key-file="$pki/service-accounts.key" --root-ca-file="$pki/ca.crt" \
    --cluster-signing-cert-file="$pki/ca.crt" --cluster-signing-key-file="$pki/ca.key" \
    --horizontal-pod-autoscaler-sync-period=5s
  start_in_node 1 scheduler "$kubernetes_bin/kube-scheduler" --kubeconfig="$pki/scheduler.conf" --leader-elect=false
}

# The requestheader and proxy-client options and the aggregator's routing are what metrics-server needs. `logs` and
# `exec` reach a kubelet by its address, since no DNS knows the nodes' names.
start_api_server() {
  start_in_node 1 apiserver "$kubernetes_bin/kube-apiserver" \
    --etcd-servers=http://127.0.0.1:2379 --advertise-address="$node_address_prefix.1" --secure-port=6443 \
    --service-cluster-ip-range="$service_range" --authorization-mode=Node,RBAC --allow-privileged=true \
    --enable-admission-plugins=NodeRestriction --client-ca-file="$pki/ca.crt" \
    --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" \
    --service-account-issuer=https://kubernetes.default.svc.cluster.local \
    --service-account-key-file="$pki/service-accounts.pub" \
    --service-account-signing-key-file="$pki/service-accounts.key" \
    --kubelet-client-certificate="$pki/kubelet-client.crt" --kubelet-client-key="$pki/kubelet-client.key" \
    --kubelet-preferred-address-types=InternalIP --enable-aggregator-routing=true \
    --proxy-client-cert-file="$pki/front-proxy.crt" --proxy-client-key-file="$pki/front-proxy.key" \
    --requestheader-client-ca-file="$pki/ca.crt" --requestheader-allowed-names=front-proxy-client \
    --requestheader-extra-headers-prefix=X-Remote-Extra- --requestheader-group-headers=X-Remote-Group \
    --requestheader-username-headers=X-Remote-User
}

# control ARGUMENTS...: kubectl as the cluster's administrator.
control() {
  in_node_network 1 "$clients_bin/kubectl" --kubeconfig "$kubeconfig" "$@"
}

# wait_for WHAT COMMAND...: waits up to 60 s until the command succeeds.
wait_for() {
  local what=$1 deadline=$((SECONDS + 60))
  shift
  until "$@" >/dev/null 2>&1; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      echo "testbed: $what was not ready within 60 s; the logs are in $state/node-*/log" >&2
      return 1
    fi
    sleep 0.2
  done
}
