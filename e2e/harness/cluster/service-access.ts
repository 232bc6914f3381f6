import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { get, isTestbed } from './cluster.ts'

export interface ServiceAccess extends AsyncDisposable {
  url: string
}

/**
 * A way to a Service's port: on the testbed its own address, since the tests run in a node's network; elsewhere
 * `kubectl port-forward`, which ends with its pod.
 */
export async function openService(namespace: string, service: string, port: number): Promise<ServiceAccess> {
  if (isTestbed) {
    const { spec } = await get(`service/${service}`, '--namespace', namespace)
    const address = spec.clusterIP as string
    return { url: `http://${address}:${port}`, [Symbol.asyncDispose]: async () => undefined }
  }
  const context = process.env['E2E_CONTEXT'] as string
  const child = spawn(
    'kubectl',
    ['--context', context, '--namespace', namespace, 'port-forward', `service/${service}`, `:${port}`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = once(child, 'close')
  for await (const line of createInterface({ input: child.stdout })) {
    const local = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1]
    if (!local) continue
    return {
      url: `http://127.0.0.1:${local}`,
      async [Symbol.asyncDispose]() {
        child.kill()
        await ended
      },
    }
  }
  throw new Error(`kubectl port-forward service/${service} ended`)
}
