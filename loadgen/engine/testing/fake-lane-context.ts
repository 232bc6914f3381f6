import type { Connection, ConnectionOwner } from '../connection.ts'
import type { LaneContext } from '../lane.ts'
import { createLedger } from '../ledger.ts'
import { Recorder, type SecondReport } from '../recorder.ts'
import type { ThreadGroup, WorkloadRequest } from '../types.ts'
import createFixedWorkload from './fixed-workload.ts'

/** A connection whose network is the test: it opens at once and answers when told. */
export class FakeConnection implements Connection {
  usable = false
  readonly sent: string[] = []
  #owner: ConnectionOwner

  constructor(owner: ConnectionOwner) {
    this.#owner = owner
  }

  open(): void {
    this.usable = true
    this.#owner.opened()
  }

  send({ path }: WorkloadRequest): void {
    this.sent.push(path)
  }

  close(): void {
    this.usable = false
  }

  answer(status: number): void {
    this.#owner.answered({ status, body: undefined, retryAfter: undefined })
  }
}

/** What lanes share, on fake connections that are collected in `connections` in the order of their lanes. */
export function fakeLaneContext(groups: ThreadGroup[]): {
  context: LaneContext
  connections: FakeConnection[]
  seconds: SecondReport[]
} {
  const connections: FakeConnection[] = []
  const seconds: SecondReport[] = []
  const workload = createFixedWorkload({ parameters: { path: '/{item}' }, shared: {} })
  const recorder = new Recorder(
    workload.operations.length,
    () => 0,
    (second) => seconds.push(second),
  )
  const context: LaneContext = {
    workload,
    retry: { limit: 0, mode: 'all' },
    requestTimeoutMs: 1_000,
    connectTimeoutMs: 1_000,
    recorder,
    ledger: createLedger(groups, workload.steps),
    gate: undefined,
    attemptRows: undefined,
    random: () => 0,
    connect: (owner) => {
      const connection = new FakeConnection(owner)
      connections.push(connection)
      return connection
    },
    connected: () => {},
    turn: 0,
  }
  return { context, connections, seconds }
}
