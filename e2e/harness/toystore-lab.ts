import assert from 'node:assert/strict'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { type Lab, startLab } from '@chairlift/lab/start-lab.ts'
import { parseExperiment } from '@chairlift/loadgen/experiment/parse-experiment.ts'
import { describeEnvironment } from '@chairlift/loadgen/result/describe-environment.ts'
import type { Run } from '@chairlift/loadgen/result/run-schema.ts'
import { runExperiment } from '@chairlift/loadgen/run/run-experiment.ts'
import { onlyRun } from './rides-experiment.ts'

/** A toy store with servers of its own, so that they can be killed. */
export function startToystore(environment: Record<string, string> = {}, fronts = 1): Promise<Lab> {
  return startLab({
    systems: ['toystore'],
    replicas: { 'toystore-front': fronts },
    // A busy machine's disk may take seconds to flush; what is tested is that nobody sees an error, not how soon.
    environment: { PATH: process.env['PATH'], DEADLINE_MS: '25000', ...environment },
    log: () => undefined,
  })
}

export interface ShopLoad {
  threads: number
  iterations: number
  /** Further parameters of toystore/shop. */
  parameters?: string
  /** Attempts after the first that a client makes; 0 shows every error. */
  retries?: number
  /** Called each second with the share of the work that is done, 0 to 1. */
  onSecond?: (share: number) => void
}

/**
 * Runs `toystore/shop` against a lab, as a user's experiment file would. Clients think, so that a run lasts some
 * seconds on the fastest machine, and a fault finds it under way.
 */
export async function runShop(lab: Lab, load: ShopLoad): Promise<Run> {
  const target = lab.systems['toystore']?.url as string
  const experiment = parseExperiment(
    `apiVersion: chairlift.dev/v1alpha1
kind: Experiment
metadata: { name: e2e }
spec:
  workload: toystore/shop
  target: { url: "${target}" }
  matrix: { threads: [${load.threads}] }
  parameters: { iterations: ${load.iterations}, buyPercents: "50"${load.parameters ? `, ${load.parameters}` : ''} }
  retry: { limit: ${load.retries ?? 0}, mode: transient }
  thinkTime: 20ms
`,
    'e2e.yaml',
  )
  let completed = 0
  // Queries, and a bit less than half as many buys and readings back.
  const expected = load.threads * load.iterations * 1.8
  const result = await runExperiment({
    experiment,
    target,
    environment: describeEnvironment({}, null),
    chairliftVersion: 'e2e',
    progress: {
      note: () => undefined,
      runStarts: () => undefined,
      second(sample) {
        completed += sample.completed
        load.onSecond?.(completed / expected)
      },
      runEnds: () => undefined,
    },
    signal: new AbortController().signal,
  })
  return onlyRun(result)
}

export interface ReplicaState {
  id: number | null
  offset: number
  chain: string
  orders: number
  digest: string
  products: { name: string; quantity: number; restocks: number }[]
}

/** The state of every order replica, asked directly. */
export function replicaStates(lab: Lab): Promise<ReplicaState[]> {
  return Promise.all(
    (lab.members['toystore-orders'] ?? []).map(async ({ url }) => {
      const response = await fetch(`${url}/state?digest`)
      assert.equal(response.status, 200)
      return (await response.json()) as ReplicaState
    }),
  )
}

/** Waits until all replicas serve and hold the very same state (TOY-I9). @returns it */
export function agreedState(lab: Lab): Promise<ReplicaState> {
  return eventually(
    'all replicas hold the same state',
    async () => {
      const states = await replicaStates(lab)
      return new Set(states.map(({ digest }) => digest)).size === 1 ? (states[0] as ReplicaState) : false
    },
    180_000,
  )
}

/** Orders read one by one from everywhere; equal hashes stand for the rest. */
const sampledOrders = 100

/**
 * TOY-I2, TOY-I9: all replicas hold one state, and what the front end shows of an order (of a sample) each replica
 * shows, asked directly.
 *
 * @returns the number of orders
 */
export async function checkEveryReplica(lab: Lab): Promise<number> {
  const { orders } = await agreedState(lab)
  const front = lab.systems['toystore']?.url as string
  const bases = [front, ...(lab.members['toystore-orders'] ?? []).map(({ url }) => url)]
  const read = async (base: string, number: number) => {
    const response = await fetch(`${base}/orders/${number}`)
    return `${response.status} ${await response.text()}`
  }
  const step = Math.max(1, Math.floor(orders / sampledOrders))
  for (let number = 0; number < orders; number += step) {
    const answers = await Promise.all(bases.map((base) => read(base, number)))
    assert.equal(new Set(answers).size, 1, `order ${number}: ${answers.join(' | ')}`)
    assert.match(answers[0] as string, /^200 /)
  }
  for (const base of bases) assert.match(await read(base, orders), /^404 /)
  return orders
}

/** Process id of the replica with this number now. */
export function replicaPid(lab: Lab, number: number): number {
  return processPid(lab, `toystore-orders-${number}`)
}

/** Process id behind a process's name now. */
export function processPid(lab: Lab, name: string): number {
  const all = Object.values(lab.replicaSets).flatMap((replicaSet) => replicaSet.processes())
  const found = all.find((service) => service.name === name)
  assert.ok(found, `no process ${name}`)
  return found.pid
}

/** Waits until the front end prefers this replica, which means that it is ready. */
export async function leaderIs(lab: Lab, number: number): Promise<void> {
  const url = lab.systems['toystore']?.url as string
  await eventually(
    `replica ${number} is preferred`,
    async () => {
      const response = await fetch(`${url}/leader`)
      return ((await response.json()) as { data: { leader: number } }).data.leader === number
    },
    180_000,
  )
}

/** Checks of a run that did not pass; with `failures`, those about failed requests are left out. */
export function failedChecks(run: Run, failures: 'allowed' | 'counted'): string[] {
  return run.verification.checks
    .filter(({ passed, id }) => !passed && !(failures === 'allowed' && id === 'TOY-I8'))
    .map(({ id, name, detail }) => `${id} ${name}: ${detail}`)
}
