import type { Container, Workload } from './manifest.ts'

/** The volume types of Pod Security "restricted". */
const restrictedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

/** What Pod Security "restricted" forbids in a workload, and what the file system rules add; one a line. */
export function findPodFaults({ pod }: Workload): string[] {
  const faults: string[] = []
  const security = pod.securityContext ?? {}
  const say = (wrong: boolean, fault: string) => {
    if (wrong) faults.push(fault)
  }
  say(Boolean(pod.hostNetwork || pod.hostPID || pod.hostIPC), 'a namespace of the host')
  say(security['runAsNonRoot'] !== true, 'no runAsNonRoot')
  say(!(Number(security['runAsUser']) > 0), 'runs as root')
  say((security['seccompProfile'] as { type?: string })?.type !== 'RuntimeDefault', 'no seccomp profile')
  for (const volume of pod.volumes ?? []) {
    const type = Object.keys(volume).find((key) => key !== 'name') ?? 'none'
    say(!restrictedVolumes.includes(type), `volume type ${type}`)
    const { sizeLimit } = (volume['emptyDir'] ?? { sizeLimit: 'none' }) as { sizeLimit?: string }
    say(sizeLimit === undefined, `emptyDir ${volume['name']} without sizeLimit`)
  }
  for (const container of [...(pod.initContainers ?? []), ...pod.containers])
    faults.push(...findContainerFaults(container).map((fault) => `${container.name}: ${fault}`))
  return faults
}

function findContainerFaults(container: Container): string[] {
  const faults: string[] = []
  const security = container.securityContext ?? {}
  const { requests = {}, limits = {} } = container.resources ?? {}
  const say = (wrong: boolean, fault: string) => {
    if (wrong) faults.push(fault)
  }
  const drop = (security['capabilities'] as { drop?: string[] } | undefined)?.drop ?? []
  say(security['privileged'] === true, 'privileged')
  say(security['allowPrivilegeEscalation'] !== false, 'may escalate its privileges')
  say(security['readOnlyRootFilesystem'] !== true, 'may write to its root file system')
  say(!drop.includes('ALL'), 'keeps capabilities')
  say(!/(:[^:/]+|@sha256:[0-9a-f]{64})$/.test(container.image), `image without a tag: ${container.image}`)
  say(/:latest$/.test(container.image), 'tag latest')
  say(!requests['cpu'] || !requests['memory'], 'no requests')
  say(!limits['memory'], 'no memory limit')
  for (const { name, value, valueFrom } of container.env ?? []) {
    const isSecret = /(PASSWORD|SECRET|TOKEN)$/.test(name) || /:\/\/[^/]*@/.test(value ?? '')
    say(isSecret && value !== undefined, `secret in the manifest: ${name}`)
    say(valueFrom?.secretKeyRef !== undefined, `secret in the environment: ${name}`)
  }
  return faults
}

/** What a workload that serves without end lacks: probes, and a grace period longer than its stop phases. */
export function findServingFaults({ kind, pod }: Workload): string[] {
  if (kind !== 'Deployment' && kind !== 'StatefulSet') return []
  const faults: string[] = []
  for (const container of pod.containers) {
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const)
      if (!container[probe]) faults.push(`${container.name}: no ${probe}`)
    const timeout = container.env?.find(({ name }) => name === 'STOP_TIMEOUT_MS')?.value
    // Servers of others stop in their own way.
    if (kind === 'StatefulSet' && timeout === undefined) continue
    const seconds = container.lifecycle?.preStop?.sleep?.seconds ?? 0
    const timeoutMs = Number(timeout)
    // Every process has at least 3 phases: its work, its pool, its admin port.
    if (!(seconds > 0)) faults.push(`${container.name}: no preStop sleep`)
    if (!((pod.terminationGracePeriodSeconds ?? 30) > seconds + (3 * timeoutMs) / 1000))
      faults.push(`${container.name}: killed before its stop phases end`)
  }
  return faults
}
