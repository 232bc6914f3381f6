#!/usr/bin/env bash
# Puts versitygw, a server compatible with S3, into a cache folder and prints its path. It is built from the Go module
# proxy, which takes about two minutes, once.
set -euo pipefail

module=github.com/versity/versitygw/cmd/versitygw
version=v1.8.0

folder=${XDG_CACHE_HOME:-$HOME/.cache}/chairlift/versitygw-$version
if [ ! -x "$folder/versitygw" ]; then
  command -v go >/dev/null || {
    echo "the S3 server of the tests is built with Go, which is not installed (https://go.dev/doc/install)" >&2
    exit 1
  }
  mkdir -p "$folder"
  # Tests run side by side: one builds, the others wait.
  exec 9>"$folder.lock"
  flock 9
  if [ ! -x "$folder/versitygw" ]; then
    work=$(mktemp -d "$folder/work-XXXXXX")
    trap 'rm -rf "$work"' EXIT
    echo "building $module@$version" >&2
    # Static, because the image of the testbed holds nothing else.
    CGO_ENABLED=0 GOBIN=$work go install -trimpath -ldflags "-s -w" "$module@$version" >&2
    mv "$work/versitygw" "$folder/versitygw"
  fi
fi
echo "$folder/versitygw"
