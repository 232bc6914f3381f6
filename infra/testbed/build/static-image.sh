# shellcheck shell=bash
# Sourced. An image with one static program and nothing else.

# make_static_image IMAGE PROGRAM ARCHIVE
make_static_image() {
  local container
  container=$(buildah from scratch) || return 1
  buildah copy --quiet "$container" "$2" / >/dev/null &&
    buildah config --entrypoint "[\"/$(basename "$2")\"]" --user 65532:65532 "$container" &&
    buildah commit --quiet "$container" "$1" >/dev/null &&
    buildah push --quiet "$1" "docker-archive:$3:$1"
  local outcome=$?
  buildah rm "$container" >/dev/null
  return "$outcome"
}
