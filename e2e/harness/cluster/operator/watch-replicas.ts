import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface ReplicaWatch extends AsyncDisposable {
  /** Every number of replicas that a Deployment was to have, and when it was seen (`performance.now()`). */
  seen: { atMs: number; replicas: number }[]
}

/** Watches `spec.replicas` of a Deployment as the API server tells it. */
export async function watchReplicas(namespace: string, name: string): Promise<ReplicaWatch> {
  const seen: ReplicaWatch['seen'] = []
  const lines = await watchLines(
    ['deployment', name, '--namespace', namespace, '--output', 'jsonpath={.spec.replicas}{"\\n"}'],
    (line) => {
      const replicas = Number(line)
      if (seen.at(-1)?.replicas !== replicas) seen.push({ atMs: performance.now(), replicas })
    },
  )
  return { seen, [Symbol.asyncDispose]: () => lines[Symbol.asyncDispose]() }
}

export interface DeletionWatch extends AsyncDisposable {
  /** The deletion cost that each pod had when its deletion was seen, by name; '' for none. */
  deleted: Map<string, string>
}

/** Watches which pods are deleted, and whether they were marked for it. */
export async function watchDeletions(namespace: string, selector: string): Promise<DeletionWatch> {
  const deleted = new Map<string, string>()
  const cost = '.metadata.annotations.controller\\.kubernetes\\.io/pod-deletion-cost'
  const columns = `{.metadata.name},{.metadata.deletionTimestamp},{${cost}}{"\\n"}`
  const lines = await watchLines(
    ['pods', '--namespace', namespace, '--selector', selector, '--output', `jsonpath=${columns}`],
    (line) => {
      const [name = '', deletedAt = '', mark = ''] = line.split(',')
      if (deletedAt !== '' && !deleted.has(name)) deleted.set(name, mark)
    },
  )
  return { deleted, [Symbol.asyncDispose]: () => lines[Symbol.asyncDispose]() }
}

/** `kubectl get --watch`, from its first line on. */
async function watchLines(args: readonly string[], onLine: (line: string) => void): Promise<AsyncDisposable> {
  const first = Promise.withResolvers<void>()
  const child: ChildProcess = spawn('kubectl', ['get', ...args, '--watch'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = new Promise<void>((resolve) =>
    child.once('close', () => {
      first.reject(new Error('kubectl get --watch ended'))
      resolve()
    }),
  )
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', (line) => {
      onLine(line)
      first.resolve()
    })
  await first.promise
  return {
    async [Symbol.asyncDispose]() {
      child.kill()
      await exit
    },
  }
}
