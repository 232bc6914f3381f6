import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { LogLine } from '@chairlift/kit/testing/captured-log.ts'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { root } from '../cluster.ts'

export interface OperatorProcess extends AsyncDisposable {
  child: ChildProcess
  lines: LogLine[]
  /** Exit code, or the signal's name. */
  exit: Promise<number | string>
  /** Waits for a log line. */
  line(message: string): Promise<LogLine>
  /** Sum of a metric over its labels that match, e.g. `{code: '403'}`; 0 when there is none. */
  metric(name: string, labels?: Record<string, string>): Promise<number>
}

/**
 * Starts an operator as a process of this machine, to be killed, paused and watched by a test. It talks to the same API
 * server as kubectl does here, and it has to reach the pods' addresses: it runs on the testbed.
 */
export async function startOperator(
  namespace: string,
  environment: Record<string, string> = {},
): Promise<OperatorProcess> {
  const child = spawn(process.execPath, [`${root}operator/main.ts`], {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      ADMIN_PORT: '0',
      WATCH_NAMESPACE: namespace,
      LEASE_NAMESPACE: namespace,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: LogLine[] = []
  let ended = false
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as LogLine))
  const exit = once(child, 'close').then(([code, signal]) => {
    ended = true
    return (code ?? signal) as number | string
  })
  const line = async (message: string) => {
    const found = await eventually(
      `the operator says "${message}"`,
      () => lines.find((one) => one.msg === message) ?? (ended ? null : undefined),
      120_000,
    )
    if (found === null) throw new Error(`ended without "${message}": ${JSON.stringify(lines)}`)
    return found
  }
  const { adminPort } = await line('admin port open')
  return {
    child,
    lines,
    exit,
    line,
    async metric(name, labels = {}) {
      const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()
      const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
      return text
        .split('\n')
        .filter((one) => one.startsWith(`${name}{`) && wanted.every((label) => one.includes(label)))
        .reduce((sum, one) => sum + Number(one.slice(one.lastIndexOf(' ') + 1)), 0)
    },
    async [Symbol.asyncDispose]() {
      if (ended) return
      child.kill('SIGCONT')
      child.kill('SIGKILL')
      await exit
    },
  }
}
