# shellcheck shell=bash disable=SC2154 # sourced after settings.sh, which sets what is read here
# Sourced after settings.sh and node.sh. The links between the nodes: a bridge in node 1, one veth pair for each other node.
# The end of the pair in node 1 is called node-N: taking it down cuts node N off.

connect_node() {
  local number=$1 address=$node_address_prefix.$1 first=$node_address_prefix.1 other
  if [ "$number" = 1 ]; then
    in_node 1 ip link add nodes type bridge
    in_node 1 ip address add "$address/24" dev nodes
    in_node 1 ip link set nodes up
    # There is no way out; Kubernetes only wants to see a default route.
    in_node 1 ip route add default dev nodes
  else
    in_node_network 1 ip link add "node-$number" type veth peer name eth0 netns "$(node_process "$number")"
    in_node 1 ip link set "node-$number" master nodes up
    in_node "$number" ip address add "$address/24" dev eth0
    in_node "$number" ip link set eth0 up
    in_node "$number" ip route add default via "$first"
  fi
  # Traffic between pods of one node crosses its bridge; Services need it to pass iptables.
  in_node "$number" sysctl -qw net.bridge.bridge-nf-call-iptables=1
  for ((other = 1; other < number; other++)); do
    in_node "$other" ip route add "$(pod_range_of "$number")" via "$address"
    in_node "$number" ip route add "$(pod_range_of "$other")" via "$node_address_prefix.$other"
  done
}

# pod_range_of N: the addresses of node N's pods.
pod_range_of() {
  echo "198.18.$(($1 * 16)).0/20"
}
