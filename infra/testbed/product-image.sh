#!/usr/bin/env bash
# Builds the product's image from the unchanged Dockerfile and copies it into every node, if any run; only where what goes into
# it has changed. Prints its tag, which is made from the content. The image also gets the tag that the chart uses by default.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/settings.sh"
. "$here/cluster/node.sh"
project=$(readlink -f "$here/../..")

"$here/base-images.sh"
base=$(buildah inspect --type image --format '{{.FromImageID}}' "$node_image")

# What the build is sent (.dockerignore), and the image it starts from.
content() {
  echo "$base"
  cd "$project"
  find Dockerfile .dockerignore package.json package-lock.json .npmrc e2e/package.json kit services loadgen lab operator charts/chairlift/files \
    -name node_modules -prune -o -name testing -prune -o -type f ! -name '*.test.ts' ! -name '*.md' ! -name '*.log' -print0 \
    | LC_ALL=C sort -z | xargs -0 sha256sum
}
tag=content-$(content | sha256sum | cut -c1-12)
version=$(sed -n 's/^appVersion: //p' "$project/charts/chairlift/Chart.yaml")

exec {lock}>"$cache/product-image.lock"
flock "$lock"
if ! buildah inspect --type image "$product_image:$tag" >/dev/null 2>&1; then
  echo "testbed: building $product_image:$tag" >&2
  log=$(mktemp)
  BUILDAH_ISOLATION=chroot buildah build --quiet --tag "$product_image:$tag" "$project" >"$log" 2>&1 {lock}>&- \
    || { tail -30 "$log" >&2; exit 1; }
  rm "$log"
fi
buildah tag "$product_image:$tag" "$product_image:$version"
# A node keeps the images of other clones, so that going back to one costs nothing but the name.
if [ -e "$state/nodes" ] && [ "$(cat "$state/product" 2>/dev/null)" != "$tag" ]; then
  if [ -e "$state/loaded-product-$tag" ]; then
    for ((number = 1; number <= $(cat "$state/nodes"); number++)); do
      in_node "$number" ctr -n k8s.io images tag --force "$product_image:$tag" "$product_image:$version" >&2
    done
  else
    "$here/load-image.sh" "$product_image:$tag" "$product_image:$version" {lock}>&-
  fi
  touch "$state/loaded-product-$tag"
  echo "$tag" >"$state/product"
fi
echo "$tag"
