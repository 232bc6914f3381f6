#!/usr/bin/env bash
# Makes the stand-in images: build/stand-ins.sh FOLDER writes one docker archive each. Debian by debootstrap, the servers
# from its packages, Node from npm, the S3 server from its Go module.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/../settings.sh"
out=$1
work=$(mktemp -d "$out/work-XXXXXX")
trap 'rm -rf "$work"' EXIT
export BUILDAH_ISOLATION=chroot

make_debian() {
  debootstrap --variant=minbase trixie "$work/debian" >"$work/debootstrap.log" || { tail "$work/debootstrap.log" >&2; return 1; }
  rm -rf "$work"/debian/var/cache/apt/archives/*.deb "$work"/debian/var/lib/apt/lists/*
  tar --create --file "$work/debian.tar" --directory "$work/debian" .
  local container
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$work/debian.tar" / >/dev/null
  buildah config --cmd bash "$container"
  buildah commit --quiet --rm "$container" localhost/chairlift-debian:13 >/dev/null
}

fetch_node() {
  local processor
  case $(uname -m) in
    x86_64) processor=x64 ;;
    aarch64) processor=arm64 ;;
    *) echo "testbed: no Node for $(uname -m)" >&2; return 1 ;;
  esac
  npm install --prefix "$work/npm" --no-save --no-package-lock --ignore-scripts --loglevel=error \
    "node-linux-$processor@$node_version" "npm@$npm_version" >&2
  mkdir "$work/node"
  mv "$work/npm/node_modules/node-linux-$processor/bin/node" "$work/npm/node_modules/npm" "$work/node/"
  cp /etc/ssl/certs/ca-certificates.crt "$work/node/"
}

# make_stand_in NAME IMAGE CONTEXT
make_stand_in() {
  echo "testbed: making a stand-in for $2" >&2
  buildah build --quiet --layers=false --file "$here/../stand-ins/$1/Dockerfile" --tag "$2" "$3" >"$work/$1.log" 2>&1 \
    || { tail -20 "$work/$1.log" >&2; return 1; }
  buildah push --quiet "$2" "docker-archive:$out/$1.tar:$2"
}

# A static program, beside the files of its image.
prepare_s3() {
  cp -r "$here/../stand-ins/s3" "$work/s3"
  cp "$versitygw_bin/versitygw" "$work/s3/"
}

make_debian
fetch_node
prepare_s3
make_stand_in node "$node_image" "$work/node"
make_stand_in rabbitmq "$rabbitmq_image" "$here/../stand-ins/rabbitmq"
make_stand_in postgres "$postgres_image" "$here/../stand-ins/postgres"
make_stand_in valkey "$valkey_image" "$here/../stand-ins/valkey"
make_stand_in s3 "$s3_image" "$work/s3"
