// Runs a command with the servers it needs:
//   node lab/with-backing.ts [--need rabbitmq,postgres,redis] -- COMMAND…
// The command finds them in AMQP_URL, RABBITMQ_MANAGEMENT_URL, DATABASE_URL and REDIS_URL; those already
// set are used as they are. All else is started before and stopped after it, once for the whole command.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { parseArgs } from 'node:util'
import { startBacking } from './backing/start-backing.ts'

const usage = 'usage: node lab/with-backing.ts [--need rabbitmq,postgres,redis] -- COMMAND…'
const serverNames = ['rabbitmq', 'postgres', 'redis']

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`with-backing: ${error instanceof Error ? error.message : String(error)}\n`)
  return 1
})

async function main(argv: string[]): Promise<number> {
  const { need, command, commandArguments } = parse(argv)
  const given = new AbortController()
  const received: NodeJS.Signals[] = []
  let pass = (signal: NodeJS.Signals) => given.abort(new Error(`stopped by ${signal}`))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      received.push(signal)
      pass(signal)
    })
  }

  await using backing = await startBacking({
    rabbitmq: need.includes('rabbitmq'),
    postgres: need.includes('postgres'),
    redis: need.includes('redis'),
    environment: process.env,
    log: (message) => process.stderr.write(`with-backing: ${message}\n`),
    signal: given.signal,
  })
  const child = spawn(command, commandArguments, {
    stdio: 'inherit',
    env: { ...process.env, ...backing.environment },
  })
  pass = (signal) => {
    // Ctrl-C on a terminal reaches the whole foreground group, the command included: once is enough.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  const early = received[0]
  if (early) pass(early)
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return code ?? 128 + (signal ? constants.signals[signal] : 0)
}

function parse(argv: string[]): { need: string[]; command: string; commandArguments: string[] } {
  const separator = argv.indexOf('--')
  const [command, ...commandArguments] = separator === -1 ? [] : argv.slice(separator + 1)
  if (command === undefined) throw new Error(usage)
  const { values } = parseArgs({
    args: argv.slice(0, separator),
    options: { need: { type: 'string', default: serverNames.join(',') } },
  })
  const need = values.need.split(',').filter(Boolean)
  const unknown = need.find((name) => !serverNames.includes(name))
  if (unknown !== undefined) throw new Error(`--need ${unknown}: there are ${serverNames.join(', ')}`)
  return { need, command, commandArguments }
}
