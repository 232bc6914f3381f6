import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { LogLine } from './captured-log.ts'
import { eventually } from './eventually.ts'

export interface Fixture extends AsyncDisposable {
  child: ChildProcess
  /** Log lines so far. */
  lines: LogLine[]
  stderr(): string
  /** Waits for a line with this message. @throws Error with all that was printed, when it ends without */
  line(message: string): Promise<LogLine>
  /** Exit code, or the signal's name. */
  exit: Promise<number | string>
}

/** Starts a process of kit/testing/fixtures with exactly this environment; ended when disposed of. */
export function startFixture(name: string, environment: Record<string, string> = {}): Fixture {
  const file = new URL(`fixtures/${name}.ts`, import.meta.url)
  const child = spawn(process.execPath, [file.pathname], {
    env: { HOST: '127.0.0.1', ADMIN_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: LogLine[] = []
  let stderr = ''
  let ended = false
  const output = createInterface({ input: child.stdout })
  output.on('line', (line) => lines.push(JSON.parse(line) as LogLine))
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const exit = once(child, 'close').then(([code, signal]) => {
    ended = true
    return (code ?? signal) as number | string
  })
  return {
    child,
    lines,
    stderr: () => stderr,
    exit,
    async line(message) {
      const found = await eventually(
        `"${message}"`,
        () => lines.find((line) => line.msg === message) ?? (ended ? null : undefined),
      )
      if (found === null) throw new Error(`ended without "${message}": ${stderr}${JSON.stringify(lines)}`)
      return found
    },
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill('SIGKILL')
      await exit
    },
  }
}
