import { DependencyUnavailable } from '@chairlift/kit/errors/dependency-unavailable.ts'
import type { Replica } from '../replica/replica.ts'
import type { Order } from '../shop/state-machine.ts'
import type { SqliteShop } from '../store/sqlite-shop.ts'
import { type LineServer, serveLines } from '../wire/serve-lines.ts'

/** What front ends ask an order replica. */
export interface OrderCall {
  order?: { key: string; name: string; quantity: number }
  read?: number
}

/**
 * An order by its number. Orders never change, so what is found needs no check; only the absence of one is
 * certain after all that was in the log is applied (a replica that is behind must not say 404).
 *
 * @throws DependencyUnavailable
 */
export async function readOrder(
  shop: SqliteShop,
  replica: Replica,
  number: number,
): Promise<Order | undefined> {
  const found = shop.order(number)
  if (found) return found
  await replica.barrier()
  return shop.order(number)
}

/** Serves front ends over lines: orders, order reads, and word of this replica's readiness. */
export function answerOrderLines(shop: SqliteShop, replica: Replica): LineServer {
  return serveLines({
    opened: () => undefined,
    closed: () => undefined,
    beat: () => ({ ready: replica.readiness() === true, readable: !replica.refused }),
    async message(_session, message) {
      const { order, read } = message as OrderCall
      if (order) {
        // Toys are never added or taken away: an unknown one needs no place in the log.
        if (replica.readiness() === true && !shop.product(order.name))
          return { outcome: { refused: 'product not found' }, offset: shop.applied.offset }
        return await replica.order(order)
      }
      // A front end hears of a refusal with the next beat only; what it asks before that is not shown either.
      if (replica.refused) throw new DependencyUnavailable('log', String(replica.readiness()))
      if (read !== undefined) return { found: (await readOrder(shop, replica, read)) ?? null }
      throw new Error('unknown call')
    },
  })
}
