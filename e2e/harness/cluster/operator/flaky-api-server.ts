import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TcpProxy, tcpProxy } from '@chairlift/kit/testing/tcp-proxy.ts'

export interface FlakyApiServer extends AsyncDisposable {
  /** Does to the connections what networks do. */
  proxy: TcpProxy
  /** A kubeconfig that leads through it. */
  kubeconfig: string
}

/** A way to the real API server whose connections a test can cut and silence. */
export async function openFlakyApiServer(namespace: string): Promise<FlakyApiServer> {
  const child = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = new Promise((resolve) => child.once('close', resolve))
  const address = await firstAddress(child.stdout)
  const proxy = await tcpProxy(`http://${address}`)
  const folder = await mkdtemp(join(tmpdir(), 'chairlift-flaky-'))
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'flaky',
      contexts: [{ name: 'flaky', context: { cluster: 'flaky', user: 'nobody', namespace } }],
      clusters: [
        {
          name: 'flaky',
          cluster: { server: proxy.url.replace(/\/$/, ''), 'insecure-skip-tls-verify': true },
        },
      ],
      users: [{ name: 'nobody', user: {} }],
    }),
  )
  return {
    proxy,
    kubeconfig,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]()
      child.kill()
      await exit
      await rm(folder, { recursive: true })
    },
  }
}

async function firstAddress(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const address = /Starting to serve on (\S+)/.exec(line)?.[1]
    if (address) return address
  }
  throw new Error('kubectl proxy ended')
}
