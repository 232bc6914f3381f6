import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.ts'

/** One real process of a service. */
export interface ServiceProcess {
  pid: number
  /** Of the service port; '' for a process without one. */
  url: string
  adminUrl: string
  /** Sends a signal and waits for the end. @returns exit code, or null after a signal */
  end(signal: NodeJS.Signals): Promise<number | null>
  /** Value of a metric without further labels; NaN when there is none. */
  metric(name: string): Promise<number>
}

const keptLines = 20

/**
 * Starts an entry point of a service, with exactly this environment, and waits until its ports are open and,
 * unless told otherwise, until it is ready.
 *
 * @param options.servicePort false for a process without an interface of its own, such as a consumer
 * @param options.ready false not to wait for readiness
 * @throws Error with the end of its log when it ends or does not become ready
 */
export async function startServiceProcess(
  entry: URL,
  environment: Readonly<Record<string, string>>,
  options: { servicePort: boolean; ready?: boolean },
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [fileURLToPath(entry)], {
    env: { PATH: process.env['PATH'] ?? '', HOST: '127.0.0.1', PORT: '0', ADMIN_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const killWithParent = () => child.kill('SIGKILL')
  process.once('exit', killWithParent)

  const lines: string[] = []
  const servicePort = Promise.withResolvers<number>()
  const adminPort = Promise.withResolvers<number>()
  const onLine = (line: string) => {
    lines.push(line)
    if (lines.length > keptLines) lines.shift()
    if (!line.startsWith('{')) return
    const entry = JSON.parse(line) as { msg: string; port?: number; adminPort?: number }
    if (entry.msg === 'service port open') servicePort.resolve(entry.port as number)
    if (entry.msg === 'admin port open') adminPort.resolve(entry.adminPort as number)
  }
  createInterface({ input: child.stdout }).on('line', onLine)
  createInterface({ input: child.stderr }).on('line', onLine)
  const failure = (what: string) => new Error(`${entry.pathname} ${what}:\n${lines.join('\n')}`)
  const exited = once(child, 'exit').then(([code]) => {
    process.off('exit', killWithParent)
    const error = failure('ended')
    adminPort.reject(error)
    servicePort.reject(error)
    return code as number | null
  })
  if (!options.servicePort) servicePort.resolve(0)
  for (const port of [adminPort, servicePort]) port.promise.catch(() => undefined)

  const adminUrl = `http://127.0.0.1:${await adminPort.promise}`
  const port = await servicePort.promise
  if (options.ready ?? true)
    await eventually(`${entry.pathname} is ready`, async () => {
      if (child.exitCode !== null || !(await fetch(`${adminUrl}/readyz`)).ok) throw failure('is not ready')
      return true
    })
  return {
    pid: child.pid as number,
    url: port === 0 ? '' : `http://127.0.0.1:${port}`,
    adminUrl,
    end(signal) {
      child.kill(signal)
      return exited
    },
    async metric(name) {
      const text = await (await fetch(`${adminUrl}/metrics`)).text()
      const sample = text.split('\n').find((line) => line.startsWith(`${name}{`))
      return Number(sample?.split(' ').at(-1) ?? Number.NaN)
    },
  }
}
