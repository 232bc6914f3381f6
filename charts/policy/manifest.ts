/** The parts of rendered manifests that the rules look at. */
export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; labels?: Labels; annotations?: Labels }
  automountServiceAccountToken?: boolean
  // Kinds differ too much for one type; the rules narrow what they read.
  spec: Record<string, unknown>
}

export type Labels = Record<string, string>

export interface Container {
  name: string
  image: string
  command?: string[]
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: object } }[]
  ports?: { name: string; containerPort: number }[]
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> }
  securityContext?: Record<string, unknown>
  volumeMounts?: { name: string; mountPath: string }[]
  startupProbe?: object
  readinessProbe?: object
  livenessProbe?: object
  lifecycle?: { preStop?: { sleep?: { seconds: number } } }
}

export interface PodSpec {
  serviceAccountName?: string
  automountServiceAccountToken?: boolean
  hostNetwork?: boolean
  hostPID?: boolean
  hostIPC?: boolean
  securityContext?: Record<string, unknown>
  terminationGracePeriodSeconds?: number
  topologySpreadConstraints?: unknown[]
  containers: Container[]
  initContainers?: Container[]
  volumes?: Record<string, unknown>[]
}

export interface Workload {
  kind: string
  name: string
  labels: Labels
  pod: PodSpec
  /** Undefined where an autoscaler owns it. */
  replicas: number | undefined
  selector: Labels | undefined
}

interface Template {
  metadata: { labels: Labels }
  spec: PodSpec
}

/** Everything that makes pods, with the labels and the spec that its pods get. */
export function workloadsOf(manifests: readonly Manifest[]): Workload[] {
  return manifests.flatMap((manifest) => {
    const { kind, metadata, spec } = manifest
    const common = { kind, name: metadata.name }
    if (kind === 'Pod')
      return {
        ...common,
        labels: metadata.labels ?? {},
        pod: spec as unknown as PodSpec,
        replicas: 1,
        selector: undefined,
      }
    if (kind === 'CronJob') {
      const { template } = (spec['jobTemplate'] as { spec: { template: Template } }).spec
      return {
        ...common,
        labels: template.metadata.labels,
        pod: template.spec,
        replicas: 1,
        selector: undefined,
      }
    }
    if (kind !== 'Deployment' && kind !== 'StatefulSet') return []
    const template = spec['template'] as Template
    return {
      ...common,
      labels: template.metadata.labels,
      pod: template.spec,
      replicas: spec['replicas'] as number | undefined,
      selector: (spec['selector'] as { matchLabels: Labels }).matchLabels,
    }
  })
}

/** Whether labels have all that a selector asks for. */
export function selects(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value)
}
