#!/usr/bin/env bash
# Runs the tests of this folder on a cluster, one file after another: run-tests.sh [FILE...]. Without E2E_CONTEXT that is the
# testbed, which must be up; with it, the cluster of that context of KUBECONFIG, with the image E2E_IMAGE, which its nodes must
# be able to pull or have.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
testbed=$(readlink -f "$here/../../infra/testbed")
cd "$here/../.."
export PATH=$PWD/node_modules/.bin:$PATH

[ "$#" -gt 0 ] || set -- 'e2e/cluster/**/*.test.ts'
run=(node --test --test-concurrency=1 "$@")
if [ -n "${E2E_CONTEXT:-}" ]; then
  kubectl --context "$E2E_CONTEXT" get nodes || { echo "e2e: the cluster of the context $E2E_CONTEXT does not answer" >&2; exit 1; }
  exec "${run[@]}"
fi
"$testbed/kubectl" get nodes || { echo 'e2e: the testbed is not up: make cluster-up, or name a cluster with E2E_CONTEXT' >&2; exit 1; }
tag=$("$testbed/product-image.sh")
exec "$testbed/enter" env E2E_IMAGE="chairlift:$tag" "${run[@]}"
