import { once } from 'node:events'
import { Command } from 'commander'
import type { ReplicaRange } from '../scaling/lab-policy.ts'
import { type Lab, startLab } from '../start-lab.ts'
import { systems } from '../systems.ts'
import { listenForInterruption } from './interruption.ts'
import { collectRanges, collectReplicas, parsePort } from './options.ts'
import { startingReplicas, startScaling } from './start-scaling.ts'

interface UpOptions {
  replicas?: Record<string, number>
  scale?: Record<string, ReplicaRange>
  scalerLog?: string
  port?: number
  json: boolean
  verbose: boolean
}

/** `chairlift up [system…]`: starts systems and keeps them running until a signal. */
export function upCommand(): Command {
  return new Command('up')
    .description('start systems with their servers and keep them running')
    .argument('[system...]', `systems to start (${Object.keys(systems).join(', ')}); all if none is named`)
    .option('-r, --replicas <process=n>', 'number of processes, e.g. rides-writer=2', collectReplicas)
    .option('--scale <process=min..max>', 'range of a consumer that scales with its queue', collectRanges)
    .option('--scaler-log <file>', 'write every scaling decision, for chairlift scaler replay')
    .option('-p, --port <port>', 'port of the (first) system; any free one if left out', parsePort)
    .option('--json', 'when all is ready, print one line of JSON', false)
    .option('-v, --verbose', "show every process's log", false)
    .addHelpText(
      'after',
      `
Consumers grow and shrink with their queues, unless --replicas gives them a number.
Servers are private and their data is thrown away, unless AMQP_URL, DATABASE_URL or REDIS_URL name others.

Examples:
  chairlift up rides
  chairlift up rides --replicas rides-api=2,rides-writer=2 --port 8080
  curl -i http://127.0.0.1:8080/skiers/1/seasons/2024/days/1/skiers/7 \\
       -H 'Content-Type: application/json' -d '{"time":217,"liftID":21}'`,
    )
    .action(up)
}

async function up(names: string[], options: UpOptions): Promise<void> {
  const signal = listenForInterruption()
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const chosen = names.length > 0 ? names : Object.keys(systems)
  await using lab = await startLab({
    systems: chosen,
    environment: process.env,
    log: say,
    signal,
    replicas: startingReplicas(chosen, options),
    ...(options.port && { port: options.port }),
    ...(options.verbose && { onServiceLine: say }),
  })
  await using _scaling = startScaling(lab, options, say)
  process.stdout.write(options.json ? `${JSON.stringify(describeLab(lab))}\n` : `${listLab(lab)}\n`)
  if (!signal.aborted) await once(signal, 'abort')
  say('stopping')
}

/** What a program that started the lab wants to know. */
function describeLab(lab: Lab) {
  return {
    ready: true,
    systems: lab.systems,
    backing: {
      amqp: lab.backing.amqpUrl,
      management: lab.backing.managementUrl,
      postgres: lab.backing.databaseUrl,
      redis: lab.backing.redisUrl,
    },
    processes: processesOf(lab).map(({ name, pid }) => ({ name, pid })),
  }
}

function listLab(lab: Lab): string {
  return [
    'ready',
    ...Object.entries(lab.systems).map(([name, { url }]) => `  ${name.padEnd(10)} ${url}`),
    `  ${'RabbitMQ'.padEnd(10)} ${lab.backing.amqpUrl}`,
    `  ${'Postgres'.padEnd(10)} ${lab.backing.databaseUrl}`,
    `  ${'Redis'.padEnd(10)} ${lab.backing.redisUrl}`,
    ...processesOf(lab).map(({ name, pid }) => `  process ${pid} is ${name}`),
    'Ctrl-C stops everything.',
  ].join('\n')
}

function processesOf(lab: Lab) {
  return Object.values(lab.replicaSets).flatMap((replicaSet) => replicaSet.processes())
}
