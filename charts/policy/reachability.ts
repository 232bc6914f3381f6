import { type Labels, type Manifest, selects, type Workload, workloadsOf } from './manifest.ts'

interface Rule {
  to?: Peer[]
  from?: Peer[]
  ports?: { port: number }[]
}

interface Peer {
  podSelector?: { matchLabels: Labels }
  namespaceSelector?: object
  ipBlock?: object
}

interface Policy {
  podSelector: { matchLabels: Labels }
  policyTypes: string[]
  ingress?: Rule[]
  egress?: Rule[]
}

/**
 * Which component can open a connection to which port of another, by the rules of NetworkPolicy: where any policy
 * isolates a pod in a direction, one rule of one policy must allow the connection; both ends must agree.
 *
 * @returns lines `caller -> callee:port` in order, for every port that a container names
 */
export function findPaths(manifests: readonly Manifest[]): string[] {
  const policies = manifests
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ spec }) => spec as unknown as Policy)
  const pods = new Map<string, Workload>()
  for (const one of workloadsOf(manifests)) pods.set(component(one), one)
  const paths: string[] = []
  for (const [callerName, caller] of pods)
    for (const [calleeName, callee] of pods)
      for (const { containerPort } of callee.pod.containers.flatMap(({ ports = [] }) => ports)) {
        if (callerName === calleeName) continue
        const leaves = allows(policies, 'Egress', caller.labels, callee.labels, containerPort)
        const enters = allows(policies, 'Ingress', callee.labels, caller.labels, containerPort)
        if (leaves && enters) paths.push(`${callerName} -> ${calleeName}:${containerPort}`)
      }
  return paths.sort()
}

function component({ labels }: Workload): string {
  return labels['app.kubernetes.io/component'] ?? ''
}

function allows(
  policies: readonly Policy[],
  direction: 'Ingress' | 'Egress',
  own: Labels,
  other: Labels,
  port: number,
): boolean {
  const applying = policies.filter(
    ({ podSelector, policyTypes }) =>
      policyTypes.includes(direction) && selects(podSelector.matchLabels, own),
  )
  if (applying.length === 0) return true
  const rules = applying.flatMap((policy) => (direction === 'Ingress' ? policy.ingress : policy.egress) ?? [])
  return rules.some((rule) => {
    const peers = direction === 'Ingress' ? rule.from : rule.to
    const portFits = !rule.ports || rule.ports.some((one) => one.port === port)
    // Without a namespaceSelector, a podSelector means pods of the same namespace, where all of these are.
    const peerFits =
      !peers ||
      peers.some(
        (peer) => !peer.namespaceSelector && peer.podSelector && selects(peer.podSelector.matchLabels, other),
      )
    return portFits && peerFits
  })
}
