# shellcheck shell=bash disable=SC2154 # sourced after settings.sh, which sets what is read here
# Sourced. The machine's cgroup hierarchies: one folder each in version 1, a single one in version 2.

cgroup_hierarchies() {
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    echo /sys/fs/cgroup
  else
    find /sys/fs/cgroup -mindepth 1 -maxdepth 1 -type d
  fi
}

# remove_cgroups NAME: removes the cgroups below NAME in every hierarchy, children first. They must be empty.
remove_cgroups() {
  local hierarchy
  for hierarchy in $(cgroup_hierarchies); do
    [ ! -d "$hierarchy/$1" ] || find "$hierarchy/$1" -depth -type d -exec rmdir {} +
  done
}
