import { type Labels, type Manifest, selects, workloadsOf } from './manifest.ts'

/** What is wrong between the manifests of a release: selectors, owners of replicas, budgets, accounts; one a line. */
export function findReleaseFaults(manifests: readonly Manifest[]): string[] {
  const faults: string[] = []
  const workloads = workloadsOf(manifests)
  const names = (kind: string) => manifests.filter((one) => one.kind === kind).map((one) => one.metadata.name)
  const scaled = new Map(
    manifests
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler' || kind === 'QueueScaler')
      .map(({ spec }) => [(spec['scaleTargetRef'] as { name: string }).name, spec['minReplicas'] as number]),
  )
  const budgets = manifests
    .filter(({ kind }) => kind === 'PodDisruptionBudget')
    .map(({ spec }) => (spec['selector'] as { matchLabels: Labels }).matchLabels)

  for (const { kind, name, labels, pod, replicas, selector } of workloads) {
    const at = `${kind} ${name}`
    if (!names('ServiceAccount').includes(pod.serviceAccountName ?? ''))
      faults.push(`${at}: no ServiceAccount`)
    if (selector && !selects(selector, labels)) faults.push(`${at}: selects other pods than its own`)
    if (kind !== 'Deployment') continue
    const least = scaled.get(name) ?? replicas ?? 1
    if (scaled.has(name) === (replicas !== undefined)) faults.push(`${at}: replicas need exactly one owner`)
    const guarded = budgets.some((budget) => selects(budget, labels))
    if (guarded !== least > 1)
      faults.push(`${at}: a disruption budget is for more than one replica, and needed there`)
    if (!pod.topologySpreadConstraints?.length) faults.push(`${at}: not spread`)
  }
  for (const target of scaled.keys())
    if (!names('Deployment').includes(target)) faults.push(`autoscaler: no Deployment ${target}`)
  for (const { metadata, spec } of manifests.filter(({ kind }) => kind === 'Service')) {
    const chosen = workloads.filter(({ labels }) => selects(spec['selector'] as Labels, labels))
    if (chosen.length !== 1) faults.push(`Service ${metadata.name}: selects ${chosen.length} workloads`)
    const open = chosen.flatMap(({ pod }) =>
      pod.containers.flatMap(({ ports = [] }) => ports.map((port) => port.name)),
    )
    for (const { targetPort } of spec['ports'] as { targetPort: string }[])
      if (!open.includes(targetPort)) faults.push(`Service ${metadata.name}: no port ${targetPort}`)
  }
  for (const account of manifests.filter(({ kind }) => kind === 'ServiceAccount'))
    if (account.automountServiceAccountToken !== false)
      faults.push(`ServiceAccount ${account.metadata.name}: token`)
  return faults
}
