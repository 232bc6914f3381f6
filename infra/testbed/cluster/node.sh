# shellcheck shell=bash disable=SC2154 # sourced after settings.sh, which sets what is read here
# Sourced after settings.sh. A node is a set of namespaces (network, mount, process, host name) kept by one process, whose
# PID and start time are recorded in FOLDER/init. Node N: name node-N, folder $state/node-N.

# node_process N: prints the PID of the node's process 1, or fails if it does not run.
node_process() {
  recorded_process "$state/node-$1/init"
}

# recorded_process FILE: prints the PID in FILE, or fails if that process does not run. The start time tells it from a later
# process with the same PID.
recorded_process() {
  local pid started
  [ -s "$1" ] || return 1
  read -r pid started <"$1"
  [ "$(process_start "$pid")" = "$started" ] || return 1
  echo "$pid"
}

# process_start PID: prints the start time in clock ticks since boot, or nothing if there is no such process.
process_start() {
  sed -n 's/.*) //p' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

# start_node N: makes the namespaces; returns when they are ready.
start_node() {
  local folder=$state/node-$1 keeper pid=''
  mkdir -p "$folder/log"
  setsid unshare --net --mount --pid --uts --ipc --fork --kill-child --mount-proc \
    bash "$testbed_folder/cluster/node-init.sh" "$folder" >"$folder/log/init.log" 2>&1 </dev/null &
  keeper=$!
  echo "$keeper $(process_start "$keeper")" >"$folder/keeper"
  until [ -n "$pid" ]; do
    kill -0 "$keeper" 2>/dev/null || { cat "$folder/log/init.log" >&2; return 1; }
    pid=$(ps -o pid= --ppid "$keeper" | tr -d ' ') || sleep 0.05
  done
  echo "$pid $(process_start "$pid")" >"$folder/init"
  until [ -e "$folder/ready" ]; do
    kill -0 "$keeper" 2>/dev/null || { cat "$folder/log/init.log" >&2; return 1; }
    sleep 0.05
  done
  in_node "$1" hostname "node-$1"
}

# in_node N COMMAND...: runs a command inside all of the node's namespaces.
in_node() {
  local number=$1 pid
  shift
  pid=$(node_process "$number") || { echo "testbed: node-$number does not run" >&2; return 1; }
  nsenter --target "$pid" --net --mount --pid --uts --ipc -- "$@"
}

# in_node_network N COMMAND...: runs a command of the machine, with its files, in the node's network.
in_node_network() {
  local number=$1 pid
  shift
  pid=$(node_process "$number") || { echo "testbed: node-$number does not run" >&2; return 1; }
  nsenter --target "$pid" --net -- "$@"
}

# start_in_node N NAME COMMAND...: starts a server inside the node; its output goes to FOLDER/log/NAME.log.
start_in_node() {
  local number=$1 name=$2 pid
  shift 2
  pid=$(node_process "$number")
  setsid nsenter --target "$pid" --net --mount --pid --uts --ipc -- "$@" \
    >"$state/node-$number/log/$name.log" 2>&1 </dev/null &
  echo "$! $(process_start $!)" >"$state/node-$number/$name.pid"
}
