import type { Outcome } from '../shop/state-machine.ts'
import { findViolations } from './find-violations.ts'
import { seededChance } from './random.ts'
import { type Faults, type SimulatedLog, SimulatedReplica, toys } from './simulated-replica.ts'

/** An order as a client knows it. Times are steps of the simulation. */
export interface ClientOrder {
  key: string
  name: string
  quantity: number
  /** Further keys under which it was tried; only faulty clients have any. */
  otherKeys: string[]
  sentAt: number
  answeredAt: number | null
  outcome: Outcome | null
}

export interface SimulationResult {
  seed: number
  violations: string[]
  acknowledged: number
  /** Replicas that refused the log, with their reasons. */
  refusals: string[]
  /** The log lost its end at least once. */
  lostEnd: boolean
}

export interface World {
  log: SimulatedLog
  replicas: SimulatedReplica[]
  orders: ClientOrder[]
  /** Seen while it ran, by whoever noticed it. */
  noticed: string[]
  lostEnd: boolean
}

const steps = 400

/**
 * One run: three replicas over a log that loses, delays and reorders writes, crashes at any moment, wiped and
 * restored disks, clients that retry elsewhere; in every third run the log loses its end, as a broker may in a
 * power cut. Then all faults end, everybody catches up, and the invariants are checked.
 *
 * @param faults planted into the replicas, to see that they are found
 */
export function simulate(seed: number, faults: Faults = {}): SimulationResult {
  const chance = seededChance(seed)
  const log: SimulatedLog = { entries: [], inFlight: [] }
  const replicas = [1, 2, 3].map((id) => new SimulatedReplica(id, log, chance, faults))
  const world: World = { log, replicas, orders: [], noticed: [], lostEnd: false }
  const losesEnd = seed % 3 === 0
  let now = 0

  const land = (index: number) => {
    const [written] = log.inFlight.splice(index, 1)
    if (!written) return
    const offset = log.entries.length
    log.entries.push({ offset, body: written.body })
    for (const replica of replicas) replica.located(written.id, offset)
  }
  const send = (order: ClientOrder, key: string, replica: SimulatedReplica) => {
    const { name, quantity } = order
    replica.submit(
      [{ type: 'order', key, name, quantity }],
      [
        (outcome) => {
          if (outcome === 'barrier') return
          // A client takes the first answer it gets; a later one must not contradict it.
          if (order.outcome && JSON.stringify(order.outcome) !== JSON.stringify(outcome))
            world.noticed.push(`order ${order.key} was answered twice, and differently`)
          const durable =
            !('number' in outcome) || replicas.some(({ store }) => store.disk.orders[outcome.number])
          if (!durable) world.noticed.push(`order ${order.key} was acknowledged and is on no disk`)
          order.outcome ??= outcome
          order.answeredAt ??= now
        },
      ],
    )
  }

  for (let step = 0; step < steps; step++) {
    now = step
    const serving = replicas.filter((replica) => replica.serving)
    const any = chance.pick(replicas)
    const draw = chance.integer(100)
    if (draw < 22 && serving.length > 0) {
      const waiting = world.orders.filter((order) => order.outcome === null)
      const retries = waiting.length > 0 && chance.happens(0.4)
      const order = retries
        ? chance.pick(waiting)
        : {
            key: `key-${world.orders.length}`,
            name: chance.pick(toys).name,
            quantity: 1 + chance.integer(chance.happens(0.2) ? 80 : 20),
            otherKeys: [],
            sentAt: step,
            answeredAt: null,
            outcome: null,
          }
      if (!retries) world.orders.push(order)
      const key = retries && faults.retryUnderNewKey ? `${order.key}-${step}` : order.key
      if (key !== order.key) order.otherKeys.push(key)
      send(order, key, chance.pick(serving))
    } else if (draw < 26 && serving.length > 0) {
      chance.pick(serving).submit([{ type: 'restock', name: chance.pick(toys).name }])
    } else if (draw < 30 && serving.length > 0) {
      const known = world.orders.filter(({ outcome }) => outcome && 'number' in outcome)
      if (known.length > 0 && !world.lostEnd) {
        const { outcome } = chance.pick(known)
        const { number } = outcome as { number: number }
        chance.pick(serving).read(number, (found) => {
          if (!found) world.noticed.push(`order ${number} was acknowledged and then not found`)
        })
      }
    } else if (draw < 34 && world.orders.length > 0 && serving.length > 0) {
      // Another order under a known key.
      const used = chance.pick(world.orders)
      const answer = (outcome: Outcome | 'barrier') => {
        const bought = outcome !== 'barrier' && 'number' in outcome
        if (bought && used.outcome && 'number' in used.outcome && !world.lostEnd)
          world.noticed.push(`key ${used.key} gave its order to another request`)
      }
      if (used.outcome)
        chance
          .pick(serving)
          .submit([{ type: 'order', key: used.key, name: used.name, quantity: used.quantity + 1 }], [answer])
    } else if (draw < 58) land(chance.integer(Math.min(log.inFlight.length, 4)))
    else if (draw < 60) log.inFlight.splice(chance.integer(log.inFlight.length), 1)
    else if (draw < 82) any.step(1 + chance.integer(6))
    else if (draw < 90) any.commit()
    else if (draw < 93) any.crash()
    else if (draw < 97) {
      if (!any.up) any.restart()
    } else if (draw < 98) any.connect()
    else if (draw < 99 && !any.up && !world.lostEnd) {
      const others = replicas.filter((other) => other !== any)
      any.store.replace(chance.happens(0.5) ? chance.pick(others).store : undefined)
    } else if (losesEnd && step > 100 && chance.happens(0.3) && !world.lostEnd) {
      const lost = chance.integer(Math.min(6, log.entries.length)) + 1
      log.entries.splice(-lost)
      log.inFlight.length = 0
      world.lostEnd = true
      for (const replica of replicas) replica.connect()
    }
    if (chance.happens(0.05)) any.retryProbe()
  }
  heal(world, land)
  return {
    seed,
    violations: findViolations(world),
    acknowledged: world.orders.filter(({ outcome }) => outcome && 'number' in outcome).length,
    refusals: replicas.flatMap(({ refused }) => refused ?? []),
    lostEnd: world.lostEnd,
  }
}

/** No more faults: everybody runs, everything lands, everything is read. */
function heal({ log, replicas }: World, land: (index: number) => void): void {
  for (const replica of replicas) if (!replica.up) replica.restart()
  for (let round = 0; round < 20; round++) {
    for (const replica of replicas) replica.retryProbe()
    while (log.inFlight.length > 0) land(0)
    for (const replica of replicas) {
      while (replica.step(50));
      replica.commit()
    }
  }
}
