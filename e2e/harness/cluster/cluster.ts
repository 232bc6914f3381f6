import { fileURLToPath } from 'node:url'
import { type CommandOptions, runCommand } from './command.ts'

/** Folder of the project. */
export const root = fileURLToPath(new URL('../../../', import.meta.url))

const context = process.env['E2E_CONTEXT']

/** Whether the tests run in the network of infra/testbed, where Services are reached by their addresses. */
export const isTestbed = context === undefined

/** `kubectl …` on the cluster that is tested. @throws CommandFailed */
export async function kubectl(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return await runCommand(['kubectl', ...(context ? ['--context', context] : []), ...args], options)
}

/** `helm …` on the cluster that is tested. @throws CommandFailed */
export async function helm(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return await runCommand(['helm', ...(context ? ['--kube-context', context] : []), ...args], options)
}

/** An object of the API, as far as tests read it. */
export interface KubernetesObject {
  metadata: {
    name: string
    uid: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    deletionTimestamp?: string
    resourceVersion: string
  }
  // Kinds differ too much for one type; tests narrow what they read.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  spec: any
  // biome-ignore lint/suspicious/noExplicitAny: see above
  status: any
}

/** The objects that `kubectl get …` lists, e.g. `list('pods', '--namespace', 'lab')`. */
export async function list(...args: readonly string[]): Promise<KubernetesObject[]> {
  return (JSON.parse(await kubectl(['get', ...args, '--output', 'json'])) as { items: KubernetesObject[] })
    .items
}

/** One object, e.g. `get('job/run-1', '--namespace', 'lab')`. @throws CommandFailed where there is none */
export async function get(...args: readonly string[]): Promise<KubernetesObject> {
  return JSON.parse(await kubectl(['get', ...args, '--output', 'json'])) as KubernetesObject
}

/**
 * Offers the volumes of deleted claims again. Only the testbed needs it: elsewhere a provisioner does that.
 */
export async function freeVolumes(): Promise<void> {
  if (isTestbed) await runCommand([`${root}infra/testbed/free-volumes.sh`])
}
