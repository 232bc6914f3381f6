import { setTimeout as delay } from 'node:timers/promises'
import type { LoadOutcome } from '../../engine/load-outcome.ts'
import type { Check } from '../../result/run-schema.ts'
import type { ServiceReader } from '../service-reader.ts'
import { type Buy, checkHistory, type ToyRead } from './check-history.ts'
import type { Dialect } from './dialect.ts'
import type { ShopPlan } from './shop-plan.ts'
import { moments, noBuy, refused, type ShopRecording } from './shop-recording.ts'
import { readOrderNumbers, readOrders, readStock } from './toystore-reader.ts'

export interface ShopSubject {
  reader: ServiceReader
  dialect: Dialect
  toys: readonly string[]
  plan: ShopPlan
  recording: ShopRecording
  /** Before the run. */
  initial: ReadonlyMap<string, number>
  ordersBefore: number
}

/** All invariants of TOY that can be seen through the front end, after a run. */
export async function verifyShop(subject: ShopSubject, outcome: LoadOutcome): Promise<Check[]> {
  const { reader, dialect, toys, recording, initial, ordersBefore } = subject
  const { origin } = await readOrderNumbers(reader, dialect)
  const firstNumber = origin + ordersBefore
  const stored = await readOrders(reader, dialect, firstNumber)
  const { cached, uncached } = await readWhenIdle(reader, dialect, toys)
  const stale = toys.filter((toy) => cached.get(toy) !== uncached.get(toy))
  const { reads, buys } = historyOf(subject)
  const failed = Object.values(outcome.operations).reduce((sum, operation) => sum + operation.failed, 0)
  return [
    ...checkHistory({ initial, firstNumber, reads, buys, stored, final: uncached }),
    {
      id: 'TOY-I5',
      name: 'at rest, the front end shows of every toy what the catalog holds',
      passed: stale.length === 0,
      expected: 0,
      actual: stale.length,
      detail: stale.map((toy) => `${toy}: ${cached.get(toy)}, not ${uncached.get(toy)}`).join('; '),
    },
    {
      id: 'TOY-I12',
      name: 'every client read back each of its orders as it had placed it',
      passed: recording.mismatches[0] === 0,
      expected: 0,
      actual: recording.mismatches[0] as number,
      detail: `${buys.filter((buy) => typeof buy.outcome === 'number').length} orders`,
    },
    {
      id: 'TOY-I8',
      name: 'no request failed after its retries',
      passed: failed === 0,
      expected: 0,
      actual: failed,
      detail: '',
    },
  ]
}

/** Stock through the cache and past it. A restock between the two readings is waited out. */
async function readWhenIdle(reader: ServiceReader, dialect: Dialect, toys: readonly string[]) {
  for (let attempt = 0; ; attempt++) {
    const before = await readStock(reader, dialect, toys, false)
    const cached = await readStock(reader, dialect, toys, true)
    const uncached = await readStock(reader, dialect, toys, false)
    const idle = toys.every((toy) => before.get(toy) === uncached.get(toy))
    if (idle || attempt === 10) return { cached, uncached }
    await delay(500)
  }
}

function historyOf({ toys, plan, recording }: ShopSubject): { reads: ToyRead[]; buys: Buy[] } {
  const reads: ToyRead[] = []
  const buys: Buy[] = []
  const items = plan.percents.length * plan.threads * plan.iterations
  for (let item = 0; item < items; item++) {
    const toy = toys[recording.toy[item] as number] as string
    const at = (moment: number) => recording.times[item * moments.count + moment] as number
    const quantity = recording.seen[item] as number
    if (quantity >= 0)
      reads.push({ toy, quantity, startMs: at(moments.queryStart), endMs: at(moments.queryEnd) })
    const result = recording.outcome[item] as number
    if (at(moments.buyStart) === 0 || result === noBuy) continue
    buys.push({
      toy,
      quantity: recording.wanted[item] as number,
      startMs: at(moments.buyStart),
      endMs: at(moments.buyEnd),
      outcome: result >= 0 ? result : result === refused ? 'refused' : 'unknown',
    })
  }
  return { reads, buys }
}
