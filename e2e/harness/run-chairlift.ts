import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(import.meta.resolve('@chairlift/lab/bin/chairlift.js'))

export interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

/** An environment without the test run's servers, so that the command starts its own. */
export function bareEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/' }
}

/** Starts `chairlift …` as a user would. */
export function startChairlift(args: readonly string[], environment = bareEnvironment()): ChildProcess {
  return spawn(process.execPath, [program, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Runs `chairlift …` to its end. */
export async function runChairlift(
  args: readonly string[],
  environment = bareEnvironment(),
): Promise<Finished> {
  const child = startChairlift(args, environment)
  const finished: Finished = { code: null, stdout: '', stderr: '' }
  child.stdout?.on('data', (data) => {
    finished.stdout += data
  })
  child.stderr?.on('data', (data) => {
    finished.stderr += data
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { ...finished, code }
}

/** The first line of a started command's stdout. @throws Error when it ends without one */
export async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('stdout is not a pipe')
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error('the command ended without a line')
}
