import type { MemoryShop } from '../shop/memory-shop.ts'
import { fullStock } from '../shop/toys.ts'
import type { ClientOrder, World } from './simulate.ts'
import type { SimulatedReplica } from './simulated-replica.ts'

/** What must hold after every run, in sentences that begin with the invariant; empty when all is well. */
export function findViolations(world: World): string[] {
  const agreeing = world.replicas.filter(({ refused }) => refused === undefined)
  const found = [...world.noticed, ...findDivergence(agreeing)]
  for (const { id, store } of agreeing)
    found.push(...findStateFaults(store.shop).map((fault) => `replica ${id}: ${fault}`))
  // After a lost end acknowledged orders may be missing from the log; that somebody refuses is checked instead.
  if (world.lostEnd) return found
  for (const { id, refused } of world.replicas)
    if (refused !== undefined) found.push(`replica ${id} refused a sound log: ${refused}`)
  const idle = world.replicas.filter((replica) => !replica.serving)
  for (const { id } of idle) found.push(`liveness: replica ${id} does not serve although all faults are over`)
  for (const { store } of agreeing) found.push(...findClientFaults(store.shop, world.orders))
  return found
}

/** TOY-I9: all that go on are in one state. */
function findDivergence(replicas: readonly SimulatedReplica[]): string[] {
  const images = replicas.map(({ store }) =>
    JSON.stringify([
      store.applied,
      store.shop.orders,
      [...store.shop.products.values()].toSorted((left, right) => left.name.localeCompare(right.name)),
      store.shop.keys().toSorted((left, right) => left.key.localeCompare(right.key)),
    ]),
  )
  return new Set(images).size > 1 ? ['TOY-I9: replicas that go on are in different states'] : []
}

function findStateFaults(shop: MemoryShop): string[] {
  const found: string[] = []
  for (const [index, { number }] of shop.orders.entries())
    if (number !== index) found.push(`TOY-I1: order ${number} stands at place ${index}`)
  for (const { name, quantity, restocks } of shop.products.values()) {
    const sold = shop.orders
      .filter((order) => order.name === name)
      .reduce((sum, order) => sum + order.quantity, 0)
    if (quantity < 0) found.push(`TOY-I3: ${name} has ${quantity}`)
    if (fullStock * (1 + restocks) - sold !== quantity)
      found.push(`TOY-I3: ${name} has ${quantity} after ${restocks} restocks and ${sold} sold`)
  }
  return found
}

function findClientFaults(shop: MemoryShop, orders: readonly ClientOrder[]): string[] {
  const found: string[] = []
  const numbers = new Set<number>()
  const byKey = new Map(shop.keys().map((record) => [record.key, record]))
  for (const { key, name, quantity, outcome, otherKeys } of orders) {
    const taken = [key, ...otherKeys].filter((one) => 'number' in (byKey.get(one)?.outcome ?? {}))
    if (taken.length > 1) found.push(`TOY-I10: order ${key} was executed ${taken.length} times`)
    if (!outcome || !('number' in outcome)) continue
    const stored = shop.orders[outcome.number]
    if (numbers.has(outcome.number)) found.push(`TOY-I1: number ${outcome.number} was given twice`)
    numbers.add(outcome.number)
    if (stored?.name !== name || stored.quantity !== quantity)
      found.push(`TOY-I2: order ${outcome.number} is not stored as it was acknowledged`)
  }
  return [...found, ...findRealTimeFaults(orders)]
}

/** An order acknowledged before another was sent has the lower number. */
function findRealTimeFaults(orders: readonly ClientOrder[]): string[] {
  const answered = orders.flatMap(({ sentAt, answeredAt, outcome }) =>
    outcome && 'number' in outcome && answeredAt !== null
      ? [{ sentAt, answeredAt, number: outcome.number }]
      : [],
  )
  return answered.flatMap((early) =>
    answered
      .filter((late) => early.answeredAt < late.sentAt && early.number > late.number)
      .map((late) => `order ${late.number} was sent after ${early.number} was acknowledged`),
  )
}
