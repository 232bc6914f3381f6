import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface CommandOptions {
  /** Given on stdin. */
  input?: string
  /** Longest time; then it is killed and fails. */
  timeoutMs?: number
}

/** The command ended with another exit code than 0; `code` and `output` (stdout, then stderr) tell more. */
export class CommandFailed extends Error {
  readonly code: number | null
  readonly output: string

  constructor(command: readonly string[], code: number | null, output: string) {
    super(`${command.join(' ')}: exit code ${code}\n${output}`)
    this.name = 'CommandFailed'
    this.code = code
    this.output = output
  }
}

/**
 * Runs a command and returns its stdout.
 *
 * @throws CommandFailed where its exit code is not 0, or the time is over
 */
export async function runCommand(
  command: readonly [string, ...string[]],
  { input = '', timeoutMs = 300_000 }: CommandOptions = {},
): Promise<string> {
  const [program, ...args] = command
  const child = spawn(program, args, { timeout: timeoutMs, killSignal: 'SIGKILL' })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    stdout += data
  })
  child.stderr.setEncoding('utf8').on('data', (data: string) => {
    stderr += data
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new CommandFailed(command, code, stdout + stderr)
  return stdout
}
