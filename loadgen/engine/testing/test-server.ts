import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LoadPlan, ThreadGroup } from '../types.ts'
import type { FixedParameters } from './fixed-workload.ts'

/** A small HTTP server for one test; disposing of it drops all connections. */
export interface TestServer extends AsyncDisposable {
  url: string
  /** Stops listening at once; connections stay. */
  refuse(): void
  /** Stops listening and drops all connections. */
  stop(): Promise<void>
  /** Listens again on the same port. */
  resume(): Promise<void>
}

/** Starts a server on a free loopback port. */
export async function startTestServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestServer> {
  const server = createServer({ keepAliveTimeout: 60_000 }, handle)
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  const stop = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const refuse = () => void server.close()
  return {
    url: `http://127.0.0.1:${port}`,
    refuse,
    stop,
    resume: () => listen(port),
    [Symbol.asyncDispose]: stop,
  }
}

/** A closed, measured group of the given size that shares its items. */
export function closedGroup(threads: number, items: number, more: Partial<ThreadGroup> = {}): ThreadGroup {
  return {
    name: 'closed',
    threads,
    firstItem: 0,
    work: { kind: 'shared', items },
    start: { kind: 'immediately' },
    measured: true,
    ...more,
  }
}

/** A plan for the fixed workload with short time-outs and the course's retries. */
export function fixedPlan(
  target: string,
  groups: ThreadGroup[],
  parameters: FixedParameters = {},
  more: Partial<LoadPlan> = {},
): LoadPlan {
  return {
    target,
    groups,
    workload: {
      module: new URL('./fixed-workload.ts', import.meta.url).href,
      parameters: { path: '/{item}/{step}', ...parameters },
    },
    retry: { limit: 5, mode: 'all' },
    requestTimeoutMs: 5_000,
    connectTimeoutMs: 5_000,
    workers: 1,
    engine: 'raw',
    ...more,
  }
}
