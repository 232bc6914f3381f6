import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.ts'

export type RidesRole = 'api' | 'writer'

/** One real process of the service. */
export interface RidesProcess {
  role: RidesRole
  pid: number
  /** Of the service port; '' for a writer. */
  url: string
  adminUrl: string
  /** Sends a signal and waits for the end. @returns exit code, or null after a signal */
  end(signal: NodeJS.Signals): Promise<number | null>
  /** Value of a metric without further labels; NaN when there is none. */
  metric(name: string): Promise<number>
}

const keptLines = 20

/**
 * Starts api.ts or writer.ts and waits until its ports are open and, unless told otherwise, until it is ready.
 *
 * @throws Error with the end of its log when it ends or does not become ready
 */
export async function startProcess(
  role: RidesRole,
  environment: Record<string, string>,
  ready = true,
): Promise<RidesProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`../${role}.ts`, import.meta.url))], {
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
  const failure = (what: string) => new Error(`rides-${role} ${what}:\n${lines.join('\n')}`)
  const exited = once(child, 'exit').then(([code]) => {
    process.off('exit', killWithParent)
    const error = failure('ended')
    adminPort.reject(error)
    servicePort.reject(error)
    return code as number | null
  })
  if (role === 'writer') servicePort.resolve(0)
  for (const port of [adminPort, servicePort]) port.promise.catch(() => undefined)

  const adminUrl = `http://127.0.0.1:${await adminPort.promise}`
  const port = await servicePort.promise
  if (ready)
    await eventually(async () => {
      if (child.exitCode !== null || !(await fetch(`${adminUrl}/readyz`)).ok) throw failure('is not ready')
    })
  return {
    role,
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
