import type { LogEntry } from '../log/command-log.ts'
import type { AppliedEntry } from '../replica/applier.ts'
import { extendChain } from '../shop/chain.ts'
import type { Command } from '../shop/commands.ts'
import { decodeEntry } from '../shop/commands.ts'
import { apply, type Change, type ShopView } from '../shop/state-machine.ts'
import type { Faults } from './simulated-replica.ts'
import type { SimulatedStore } from './simulated-store.ts'

type OrderCommand = Extract<Command, { type: 'order' }>

/** A state machine that treats orders otherwise. */
function withOrders(order: (shop: ShopView, command: OrderCommand, offset: number) => Change): Faults {
  return {
    apply: (shop, command, offset) =>
      command.type === 'order' ? order(shop, command, offset) : apply(shop, command, offset),
  }
}

/** A view of the shop in which no key is known. */
function forgetful(shop: ShopView): ShopView {
  return {
    logId: shop.logId,
    orderCount: shop.orderCount,
    product: (name) => shop.product(name),
    key: () => undefined,
  }
}

/** The real Applier's work without its looking: what was applied before is skipped, all else is believed. */
function credulousApplier(skipsApplied: boolean): NonNullable<Faults['applier']> {
  return (store: SimulatedStore, machine) => ({
    beginReading: () => Math.max(0, skipsApplied ? store.applied.offset + 1 : store.applied.offset),
    take({ offset, body }: LogEntry): AppliedEntry | undefined {
      if (skipsApplied && offset <= store.applied.offset) return undefined
      const entry = decodeEntry(body)
      const changes = (entry?.commands ?? []).map((command) => {
        const change = machine(store, command, offset)
        store.write(change)
        return change
      })
      const id = entry?.id ?? ''
      const chain = extendChain(store.applied.chain, offset, id, changes)
      store.advance({ offset, chain, entryId: id })
      return { offset, id, changes }
    },
  })
}

/** Faults that the simulation has to find, one by one; else it is too weak. */
export const mutants: Record<string, Faults> = {
  'a repeated key buys again (TOY-I10)': withOrders((shop, command, offset) =>
    apply(forgetful(shop), command, offset),
  ),
  'a key gives its answer to any order': withOrders((shop, command, offset) => {
    const known = shop.key(command.key)
    return known ? { outcome: known.outcome } : apply(shop, command, offset)
  }),
  'stock is not checked (TOY-I4)': withOrders((shop, command, offset) => {
    const product = shop.product(command.name)
    const change = apply(shop, command, offset)
    if (!product || 'order' in change || shop.key(command.key)) return change
    const { key, name, quantity } = command
    const number = shop.orderCount
    return {
      outcome: { number },
      order: { number, name, quantity },
      products: [{ ...product, quantity: product.quantity - quantity, version: offset }],
      key: { key, name, quantity, outcome: { number }, offset },
    }
  }),
  'stock is taken without an order (TOY-D6)': withOrders((shop, command, offset) => {
    const change = apply(shop, command, offset)
    const product = shop.product(command.name)
    if (!product || change.order || product.quantity === 0) return change
    return { ...change, products: [{ ...product, quantity: product.quantity - 1, version: offset }] }
  }),
  'a failed buy takes a number (TOY-D10)': withOrders((shop, command, offset) => {
    const change = apply(shop, command, offset)
    if (change.order || !change.key) return change
    return { ...change, order: { number: shop.orderCount, name: command.name, quantity: command.quantity } }
  }),
  'numbers skip one (TOY-I1)': withOrders((shop, command, offset) => {
    const change = apply(shop, command, offset)
    if (!change.order || change.order.number % 5 !== 4) return change
    return { ...change, order: { ...change.order, number: change.order.number + 1 } }
  }),
  'a toy is restocked before it is sold out': {
    apply(shop, command, offset) {
      const product = command.type === 'restock' ? shop.product(command.name) : undefined
      if (!product) return apply(shop, command, offset)
      return { products: [{ ...product, quantity: 100, restocks: product.restocks + 1, version: offset }] }
    },
  },
  'chance in the state machine': {
    apply(shop, command, offset) {
      const change = apply(shop, command, offset)
      if (change.order && Math.random() < 0.05) return { outcome: { refused: 'out of stock' } }
      return change
    },
  },
  'the place is durable before the state (TOY-D17)': { placeBeforeState: true },
  'the state is durable before the place': { stateBeforePlace: true },
  'an entry read again is applied again': { applier: credulousApplier(false) },
  'answered before the commit': { answerBeforeCommit: true },
  'not found without having caught up (TOY-I11)': { readWithoutBarrier: true },
  'a retry comes under another key (TOY-D19)': { retryUnderNewKey: true },
  'snapshots without the keys': { snapshotWithoutKeys: true },
  'a lost end of the log is not noticed': { applier: credulousApplier(true), ignoresEnd: true },
}
