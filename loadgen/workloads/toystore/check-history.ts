import type { Check } from '../../result/run-schema.ts'
import { findStockViolations, type Observation, type Transition } from './stock-timeline.ts'

/** A read of a toy's quantity that was answered. Times are of one monotonic clock (ms). */
export interface ToyRead {
  toy: string
  startMs: number
  endMs: number
  quantity: number
}

/** A buy: its number, refused as out of stock, or unknown (an error, or no answer at all). */
export interface Buy {
  toy: string
  quantity: number
  startMs: number
  endMs: number
  outcome: number | 'refused' | 'unknown'
}

export interface StoredOrder {
  number: number
  name: string
  quantity: number
}

/** All that clients saw, and what the service holds afterwards. */
export interface History {
  /** Quantity of each toy before the first request. */
  initial: ReadonlyMap<string, number>
  /** Number of the first order of this history: what was there before is left alone. */
  firstNumber: number
  reads: readonly ToyRead[]
  buys: readonly Buy[]
  /** All orders from `firstNumber` on, as read at the end. */
  stored: readonly StoredOrder[]
  /** Quantity of each toy at the end, when nothing moves any more. */
  final: ReadonlyMap<string, number>
}

/** What a restock brings a sold-out toy to. */
const fullStock = 100

/** The invariants of the toy store over a recorded history; pure. */
export function checkHistory(history: History): Check[] {
  return [
    noneFound(
      'TOY-I1',
      'acknowledged numbers are unique, and stored numbers have no gap',
      findNumberFaults(history),
    ),
    noneFound(
      'TOY-I2',
      'every acknowledged order is readable as it was acknowledged',
      findOrderFaults(history),
    ),
    noneFound('TOY-I9', 'nothing is stored that nobody asked for', findUnexpected(history)),
    noneFound(
      'TOY-I11',
      'an order acknowledged before another was sent has the lower number',
      findTimeFaults(history),
    ),
    noneFound(
      'TOY-I3',
      'stock = what was there + 100 for each restock − what was ordered, never below 0',
      findSums(history),
    ),
    noneFound(
      'TOY-I6',
      'reads, buys and refusals of each toy are linearizable (TOY-I4, TOY-I6)',
      findStale(history),
    ),
  ]
}

function noneFound(id: string, name: string, violations: readonly string[]): Check {
  return {
    id,
    name,
    passed: violations.length === 0,
    expected: 0,
    actual: violations.length,
    detail: violations[0] ?? '',
  }
}

/** Buys that were given a number. */
function acknowledged({ buys }: History): (Buy & { outcome: number })[] {
  return buys.filter((buy): buy is Buy & { outcome: number } => typeof buy.outcome === 'number')
}

function findNumberFaults(history: History): string[] {
  const found: string[] = []
  const seen = new Set<number>()
  for (const { outcome } of acknowledged(history)) {
    if (seen.has(outcome)) found.push(`number ${outcome} was acknowledged twice`)
    seen.add(outcome)
  }
  for (const [index, { number }] of history.stored.entries())
    if (number !== history.firstNumber + index) found.push(`order ${number} is stored at place ${index}`)
  return found
}

function findOrderFaults(history: History): string[] {
  const byNumber = new Map(history.stored.map((order) => [order.number, order]))
  return acknowledged(history).flatMap(({ outcome, toy, quantity }) => {
    const order = byNumber.get(outcome)
    if (!order) return [`order ${outcome} was acknowledged and is not there`]
    const same = order.name === toy && order.quantity === quantity
    return same
      ? []
      : [`order ${outcome} was of ${quantity} ${toy}, and is of ${order.quantity} ${order.name}`]
  })
}

/** Stored ⊆ acknowledged ∪ ambiguous, and each ambiguous buy at most once. */
function findUnexpected(history: History): string[] {
  const known = new Set(acknowledged(history).map(({ outcome }) => outcome))
  const ambiguous = new Map<string, number>()
  for (const { toy, quantity, outcome } of history.buys)
    if (outcome === 'unknown')
      ambiguous.set(`${quantity} ${toy}`, (ambiguous.get(`${quantity} ${toy}`) ?? 0) + 1)
  return history.stored.flatMap(({ number, name, quantity }) => {
    if (known.has(number)) return []
    const left = ambiguous.get(`${quantity} ${name}`) ?? 0
    ambiguous.set(`${quantity} ${name}`, left - 1)
    return left > 0 ? [] : [`order ${number} (${quantity} ${name}) was never asked for, or executed twice`]
  })
}

function findTimeFaults(history: History): string[] {
  const found: string[] = []
  let latestStartMs = Number.NEGATIVE_INFINITY
  let latest = -1
  for (const { outcome, startMs, endMs } of acknowledged(history).toSorted((a, b) => a.outcome - b.outcome)) {
    if (endMs < latestStartMs) found.push(`order ${outcome} was over before order ${latest} began`)
    if (startMs > latestStartMs) {
      latestStartMs = startMs
      latest = outcome
    }
  }
  return found
}

/** The versions of a toy's stock as the stored orders make them: only a sold-out toy is restocked. */
function timelineOf(history: History, toy: string): { transitions: Transition[]; fault?: string } {
  const buyOf = new Map(acknowledged(history).map((buy) => [buy.outcome, buy]))
  const always = { startMs: Number.NEGATIVE_INFINITY, endMs: Infinity }
  const transitions: Transition[] = []
  let quantity = history.initial.get(toy) ?? 0
  for (const order of history.stored) {
    if (order.name !== toy) continue
    if (quantity === 0) {
      quantity = fullStock
      transitions.push({ ...always, quantity })
    }
    if (order.quantity > quantity)
      return { transitions, fault: `${toy}: order ${order.number} took ${order.quantity} of ${quantity}` }
    quantity -= order.quantity
    const { startMs, endMs } = buyOf.get(order.number) ?? always
    transitions.push({ startMs, endMs, quantity })
  }
  // Restocked after the last order, perhaps.
  if (quantity === 0) transitions.push({ ...always, quantity: fullStock })
  return { transitions }
}

function findSums(history: History): string[] {
  return [...history.initial.keys()].flatMap((toy) => {
    const { transitions, fault } = timelineOf(history, toy)
    if (fault) return [fault]
    const quantities = [history.initial.get(toy), ...transitions.map(({ quantity }) => quantity)]
    // A sold-out toy is restocked some time later: by the end it may have been, or not yet.
    const possible = quantities.at(-2) === 0 ? quantities.slice(-2) : quantities.slice(-1)
    const final = history.final.get(toy)
    return possible.includes(final) ? [] : [`${toy}: ${final} are left, and not ${possible.join(' or ')}`]
  })
}

function findStale(history: History): string[] {
  return [...history.initial].flatMap(([toy, initial]) => {
    const { transitions } = timelineOf(history, toy)
    const reads = history.reads
      .filter((read) => read.toy === toy)
      .map(
        ({ startMs, endMs, quantity }): Observation => ({
          startMs,
          endMs,
          fits: (stock) => stock === quantity,
          what: `${toy}: read ${quantity} from ${startMs.toFixed(1)} to ${endMs.toFixed(1)} ms`,
        }),
      )
    const refusals = history.buys
      .filter((buy) => buy.toy === toy && buy.outcome === 'refused')
      .map(
        ({ startMs, endMs, quantity }): Observation => ({
          startMs,
          endMs,
          fits: (stock) => stock < quantity,
          what: `${toy}: ${quantity} refused from ${startMs.toFixed(1)} to ${endMs.toFixed(1)} ms`,
        }),
      )
    return findStockViolations(initial, transitions, [...reads, ...refusals])
  })
}
