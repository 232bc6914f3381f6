import { type Manifest, workloadsOf } from './manifest.ts'

/**
 * Who may talk to the API server, and what each may do there, as lines `resource.group: verbs` (without a group for
 * the core's). Everything else is a fault; nobody else has a token.
 */
export const allowed: Readonly<Record<string, readonly string[]>> = {
  operator: [
    'queuescalers.chairlift.dev: list watch',
    'queuescalers/status.chairlift.dev: update',
    'deployments/scale.apps: get update',
    'statefulsets/scale.apps: get update',
    'horizontalpodautoscalers.autoscaling: list watch',
    'pods: list patch',
    'secrets: get',
    'events: create',
    'leases.coordination.k8s.io: create',
    'leases.coordination.k8s.io: get update',
  ],
}

interface PolicyRule {
  apiGroups?: string[]
  resources?: string[]
  verbs: string[]
  nonResourceURLs?: string[]
}

interface Binding extends Manifest {
  roleRef: { kind: string; name: string }
  subjects?: { kind: string; name: string }[]
}

/** Permissions and tokens of a release that the allow-list does not name; one a line. */
export function findRbacFaults(manifests: readonly Manifest[], list = allowed): string[] {
  const faults: string[] = []
  for (const { kind, name, pod } of workloadsOf(manifests))
    if (pod.automountServiceAccountToken !== false && !((pod.serviceAccountName as string) in list))
      faults.push(`${kind} ${name}: a token of the API server is mounted`)
  const bindings = manifests.filter(({ kind }) => kind.endsWith('RoleBinding')) as Binding[]
  for (const { metadata, roleRef, subjects = [] } of bindings)
    for (const subject of subjects) {
      const role = manifests.find(
        ({ kind, metadata: { name } }) => kind === roleRef.kind && name === roleRef.name,
      )
      if (!role)
        faults.push(`${metadata.name}: binds ${roleRef.kind} ${roleRef.name}, which is not the chart's`)
      const permitted = subject.kind === 'ServiceAccount' ? (list[subject.name] ?? []) : []
      for (const line of linesOf((role as unknown as { rules?: PolicyRule[] } | undefined)?.rules ?? []))
        if (!permitted.includes(line)) faults.push(`${subject.kind} ${subject.name} may not: ${line}`)
    }
  return faults
}

function linesOf(rules: readonly PolicyRule[]): string[] {
  return rules.flatMap(({ apiGroups = [], resources = [], verbs, nonResourceURLs = [] }) => [
    ...apiGroups.flatMap((group) =>
      resources.map((resource) => `${resource}${group && `.${group}`}: ${verbs.join(' ')}`),
    ),
    ...nonResourceURLs.map((url) => `${url}: ${verbs.join(' ')}`),
  ])
}
