import { randomBytes } from 'node:crypto'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { freeVolumes, helm, type KubernetesObject, kubectl, list, root } from './cluster.ts'
import { openService, type ServiceAccess } from './service-access.ts'

/** The chart in this project. */
export const chart = `${root}charts/chairlift`

/** A release in a namespace of its own, which is deleted with all its volumes in the end. */
export interface Release extends AsyncDisposable {
  name: string
  namespace: string
  /** `kubectl` in the namespace. */
  kubectl: (...args: string[]) => Promise<string>
  /** `helm upgrade --wait` with these values on top of the present ones. */
  upgrade: (...set: string[]) => Promise<string>
  /** Pods of a component that are not being deleted. */
  pods: (component: string) => Promise<KubernetesObject[]>
  /** URL of a Service's port, reachable from here. */
  url: (service: string, port?: number) => Promise<string>
  /** A value of a Secret. */
  secret: (name: string, key: string) => Promise<string>
}

/** Values of an installation of the rides and nothing else, with fixed numbers of writers. */
export const ridesAlone = [
  'albums.enabled=false',
  'toystore.enabled=false',
  'operator.enabled=false',
  'rides.writer.scaler.enabled=false',
]

export interface ReleaseOptions {
  /** Values as `--set` takes them, e.g. `rides.api.replicas=1`. */
  set?: readonly string[]
  /** Values files. */
  values?: readonly string[]
  /** Longest time until all is ready. */
  timeoutSeconds?: number
}

/** Makes a namespace that enforces Pod Security restricted; its name is new. */
export async function createNamespace(): Promise<string> {
  const namespace = `e2e-${randomBytes(4).toString('hex')}`
  await kubectl(['create', 'namespace', namespace])
  const labels = ['enforce', 'warn'].map((mode) => `pod-security.kubernetes.io/${mode}=restricted`)
  await kubectl(['label', 'namespace', namespace, ...labels])
  return namespace
}

/** Deletes a namespace with all that is in it, waits until it is gone, and frees its volumes. */
export async function deleteNamespace(namespace: string): Promise<void> {
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=180s'])
  await freeVolumes()
}

/** The image that is tested: `E2E_IMAGE`, as repository:tag. */
export function imageValues(): string[] {
  const image = process.env['E2E_IMAGE'] ?? 'chairlift:0.1.0'
  const colon = image.lastIndexOf(':')
  return [`image.repository=${image.slice(0, colon)}`, `image.tag=${image.slice(colon + 1)}`]
}

/**
 * Installs the chart in a new namespace and waits until all is ready.
 *
 * @throws CommandFailed with helm's words and what the namespace's events say
 */
export async function installRelease({
  set = [],
  values = [],
  timeoutSeconds = 300,
}: ReleaseOptions = {}): Promise<Release> {
  const namespace = await createNamespace()
  const name = 'chairlift'
  const options = [
    ...values.flatMap((file) => ['--values', file]),
    ...[...imageValues(), ...set].flatMap((value) => ['--set', value]),
  ]
  const wait = ['--namespace', namespace, '--wait', '--timeout', `${timeoutSeconds}s`]
  const accesses = new Map<string, ServiceAccess>()
  const inNamespace = (...args: string[]) => kubectl(['--namespace', namespace, ...args])
  const remove = async () => {
    for (const access of accesses.values()) await access[Symbol.asyncDispose]()
    // What is outside the namespace goes only this way.
    await helm(['uninstall', name, '--namespace', namespace, '--ignore-not-found'])
    await deleteNamespace(namespace)
  }
  try {
    await helm(['install', name, chart, ...wait, ...options], { timeoutMs: (timeoutSeconds + 60) * 1_000 })
  } catch (error) {
    const state = await inNamespace('get', 'pods,events', '--sort-by=.metadata.creationTimestamp')
    await remove()
    throw new Error(`${(error as Error).message}\n${state}`)
  }
  return {
    name,
    namespace,
    kubectl: inNamespace,
    upgrade: (...more) =>
      helm(['upgrade', name, chart, ...wait, '--reuse-values', ...more.flatMap((one) => ['--set', one])], {
        timeoutMs: (timeoutSeconds + 60) * 1_000,
      }),
    pods: async (component) => {
      const selector = `app.kubernetes.io/component=${component}`
      const pods = await list('pods', '--namespace', namespace, '--selector', selector)
      return pods.filter(({ metadata }) => !metadata.deletionTimestamp)
    },
    url: async (service, port = 8080) => {
      const key = `${service}:${port}`
      const access = accesses.get(key) ?? (await openService(namespace, service, port))
      accesses.set(key, access)
      return access.url
    },
    secret: async (secret, key) => {
      const encoded = await inNamespace('get', 'secret', secret, '--output', `jsonpath={.data['${key}']}`)
      return Buffer.from(encoded, 'base64').toString('utf8')
    },
    [Symbol.asyncDispose]: remove,
  }
}

/** Whether a pod is ready. */
export function isReady({ status }: KubernetesObject): boolean {
  const conditions = (status.conditions ?? []) as { type: string; status: string }[]
  return conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True')
}

/** Waits until a component has this many pods and all of them are ready. */
export async function waitForPods(release: Release, component: string, count: number): Promise<void> {
  await eventually(
    `${count} ready pods of ${component}`,
    async () => {
      const pods = await release.pods(component)
      return pods.length === count && pods.every(isReady)
    },
    180_000,
    500,
  )
}
