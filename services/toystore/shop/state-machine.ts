import type { Command } from './commands.ts'
import { fullStock } from './toys.ts'

export interface Product {
  name: string
  price: number
  quantity: number
  /** How often it was restocked: 100 + 100 · restocks − Σ ordered = quantity (TOY-I3). */
  restocks: number
  /** Offset of the log entry that changed it last. */
  version: number
}

export interface Order {
  number: number
  name: string
  quantity: number
}

export type Refusal = 'out of stock' | 'product not found' | 'key used for another order'

/** What became of an order. */
export type Outcome = { number: number } | { refused: Refusal }

/** What is remembered of an idempotency key. */
export interface KeyRecord {
  key: string
  name: string
  quantity: number
  outcome: Outcome
  offset: number
}

/** What the state machine may look at. */
export interface ShopView {
  /** Null until the shop was begun. */
  readonly logId: string | null
  /** Orders so far, which is also the next order's number. */
  readonly orderCount: number
  product(name: string): Product | undefined
  key(key: string): KeyRecord | undefined
}

/** What a command changes. Whoever keeps the state writes all of it, or nothing. */
export interface Change {
  begun?: { logId: string }
  products?: Product[]
  order?: Order
  key?: KeyRecord
  /** For orders: the answer. */
  outcome?: Outcome
}

/** Keys are forgotten after so many entries: a bound in the log's own time, equal on every replica. */
export const keyLifetimeEntries = 1_000_000

const nothing: Change = Object.freeze({})

/**
 * What a command means in a state: the whole policy of the shop. It is pure — no clock, no chance, no I/O — so
 * that every replica that applies the same log is in the same state.
 *
 * Stock is taken in the moment that gives an order its number, never before (TOY-D6); numbers count orders and
 * nothing else, so a failed buy takes none (TOY-I1, TOY-D10); an order seen twice is done once (TOY-I10).
 *
 * @param offset of the command's entry in the log
 */
export function apply(shop: ShopView, command: Command, offset: number): Change {
  switch (command.type) {
    case 'begin':
      return begin(shop, command, offset)
    case 'order':
      return order(shop, command, offset)
    case 'restock':
      return restock(shop, command.name, offset)
    case 'barrier':
      return nothing
  }
}

function begin(shop: ShopView, command: Extract<Command, { type: 'begin' }>, offset: number): Change {
  if (shop.logId !== null) return nothing
  const byName = new Map(command.toys.map((toy) => [toy.name, toy]))
  return {
    begun: { logId: command.logId },
    products: [...byName.values()].map((toy) => ({ ...toy, restocks: 0, version: offset })),
  }
}

function order(shop: ShopView, command: Extract<Command, { type: 'order' }>, offset: number): Change {
  const { key, name, quantity } = command
  const known = shop.key(key)
  if (known && known.offset > offset - keyLifetimeEntries) {
    const same = known.name === name && known.quantity === quantity
    return { outcome: same ? known.outcome : { refused: 'key used for another order' } }
  }
  const product = shop.product(name)
  const remember = (outcome: Outcome): Change => ({ outcome, key: { key, name, quantity, outcome, offset } })
  if (!product) return remember({ refused: 'product not found' })
  if (product.quantity < quantity) return remember({ refused: 'out of stock' })
  const number = shop.orderCount
  return {
    ...remember({ number }),
    order: { number, name, quantity },
    products: [{ ...product, quantity: product.quantity - quantity, version: offset }],
  }
}

/** Only a toy that is sold out is restocked, so that a second command for the same gap changes nothing. */
function restock(shop: ShopView, name: string, offset: number): Change {
  const product = shop.product(name)
  if (!product || product.quantity > 0) return nothing
  return { products: [{ ...product, quantity: fullStock, restocks: product.restocks + 1, version: offset }] }
}
