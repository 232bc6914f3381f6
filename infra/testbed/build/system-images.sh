#!/usr/bin/env bash
# Makes the images Kubernetes itself needs (pause, CoreDNS, metrics-server), once per version, as docker archives.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/../settings.sh"
. "$here/cached.sh"
. "$here/static-image.sh"

# The pause program keeps a pod's network namespace and reaps its orphans.
build_pause() {
  gcc -x c -static -Os -s -o "$1/pause" - <<'CODE'
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static void end(int signal_number) { (void)signal_number; _exit(0); }
static void reap(int signal_number) {
  (void)signal_number;
  while (waitpid(-1, 0, WNOHANG) > 0) {
  }
}
int main(void) {
  signal(SIGTERM, end);
  signal(SIGINT, end);
  signal(SIGCHLD, reap);
  for (;;) pause();
}
CODE
}

make_system_images() {
  echo 'testbed: making the images of pause, CoreDNS and metrics-server' >&2
  build_pause "$1" &&
    make_static_image "$pause_image" "$1/pause" "$1/pause.tar" &&
    make_static_image "registry.k8s.io/coredns/coredns:v$coredns_version" "$coredns_bin/coredns" "$1/coredns.tar" &&
    make_static_image "registry.k8s.io/metrics-server/metrics-server:v$metrics_server_version" \
      "$metrics_server_bin/metrics-server" "$1/metrics-server.tar" &&
    rm "$1/pause"
}

make_once "$system_images" make_system_images
