import { type ChildProcess, execFile, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ResponderLog } from './responder.ts'

const run = promisify(execFile)

/** Server and client get a core each where there are two; 'the same cores' otherwise, and the table says so. */
export const pinned = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0
const serverCore = '1'
const clientCore = '0'

/** True when `wrk` can be run. It prints its version and exits with 1. */
export function haveWrk(): boolean {
  return spawnSync('wrk', ['-v']).error === undefined
}

/** A responder process; disposing of it ends the process. */
export interface Responder extends AsyncDisposable {
  url: string
  log(): Promise<ResponderLog>
}

/** Starts `responder.ts` with command-line options and waits until it listens. */
export async function startResponder(...options: string[]): Promise<Responder> {
  const child = fork(fileURLToPath(new URL('./responder.ts', import.meta.url)), options)
  if (pinned) spawnSync('taskset', ['-a', '-p', '-c', serverCore, String(child.pid)])
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    url: `http://127.0.0.1:${port}`,
    log: async () => {
      child.send('log')
      const [log] = (await once(child, 'message')) as [ResponderLog]
      return log
    },
    [Symbol.asyncDispose]: () => stop(child),
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  child.disconnect()
  await exit
}

/** Figures of one client run. */
export interface ClientFigures {
  requests: number
  cpuUsPerRequest: number
  requestsPerSecond: number
  p50Ms: number
  p99Ms: number
}

/** Runs wrk with one thread; CPU time is that of the whole process, as the shell counts it. */
export async function runWrk(url: string, connections: number, seconds: number): Promise<ClientFigures> {
  const wrk = `wrk --latency -t1 -c${connections} -d${seconds}s ${url}/`
  const { stdout, stderr } = await run('bash', ['-c', `TIMEFORMAT='cpu %U %S'; time ${onClientCore(wrk)}`])
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(stderr) ?? []
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1])
  return {
    requests,
    cpuUsPerRequest: ((Number(user) + Number(system)) * 1e6) / requests,
    requestsPerSecond: Number(/Requests\/sec:\s*([\d.]+)/.exec(stdout)?.[1]),
    p50Ms: percentileMs(stdout, '50%'),
    p99Ms: percentileMs(stdout, '99%'),
  }
}

/** Figures of our client, with what only it tells. */
export interface OwnFigures extends ClientFigures {
  residentMb: number
  eventLoopUtilization: number
}

/** As the command does: without a compile cache every process would load the type stripper. */
const compileCache = join(tmpdir(), 'chairlift-compile-cache')

/** Runs our engine in a process of its own on the client core; `warmUp` requests per connection go unmeasured. */
export async function runOwn(
  url: string,
  connections: number,
  requests: number,
  warmUp = 0,
): Promise<OwnFigures> {
  const script = fileURLToPath(new URL('./own-client.ts', import.meta.url))
  const command = `${process.execPath} ${script} ${url} ${connections} ${requests} ${warmUp}`
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache }
  const { stdout } = await run('bash', ['-c', onClientCore(command)], { env })
  return JSON.parse(stdout) as OwnFigures
}

function onClientCore(command: string): string {
  return pinned ? `taskset -c ${clientCore} ${command}` : command
}

/** A line of wrk's latency distribution such as `  50%  512.00us`. */
function percentileMs(output: string, label: string): number {
  const [, number, unit] = new RegExp(`\\s${label}\\s+([\\d.]+)(us|ms|s)`).exec(output) ?? []
  const scale = { us: 0.001, ms: 1, s: 1_000 }[unit ?? ''] ?? Number.NaN
  return Number(number) * scale
}
