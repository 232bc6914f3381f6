# shellcheck shell=bash
# Sourced. What is built once per version.

# make_once FOLDER COMMAND...: runs `COMMAND... TEMPORARY` where FOLDER is missing, with TEMPORARY an empty folder
# beside it, which then becomes FOLDER. FOLDER is therefore either whole or absent, also after a kill. Of several runs
# at once one builds and the others wait for it.
make_once() {
  local folder=$1 temporary lock failed=0
  shift
  [ ! -d "$folder" ] || return 0
  mkdir -p "$(dirname "$folder")"
  exec {lock}>"$folder.lock"
  flock "$lock"
  if [ ! -d "$folder" ]; then
    rm -rf "$folder".building-*
    temporary=$(mktemp -d "$folder.building-XXXXXX")
    chmod 755 "$temporary"
    # Closed for the command: what outlives this run must not keep the lock.
    if "$@" "$temporary" {lock}>&-; then
      mv -T "$temporary" "$folder"
    else
      failed=1
      rm -rf "$temporary"
      echo "testbed: building $(basename "$folder") failed" >&2
    fi
  fi
  exec {lock}>&-
  return "$failed"
}
