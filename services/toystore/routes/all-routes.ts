import type { Route } from '@chairlift/kit/http/route.ts'
import type { CacheCounts } from '../front/cache-counts.ts'
import type { CatalogLink } from '../front/catalog-link.ts'
import type { OrderRouter } from '../front/order-router.ts'
import { createOrder } from './create-order.ts'
import { getLeader } from './get-leader.ts'
import { getOrder } from './get-order.ts'
import { getProduct } from './get-product.ts'

/** The interface of toystore-front, the hottest operations first. */
export function toystoreRoutes(parts: {
  catalog: CatalogLink
  orders: OrderRouter
  counts: CacheCounts
  deadlineMs: number
}): Route[] {
  const { catalog, orders, counts, deadlineMs } = parts
  return [
    getProduct(catalog, counts, deadlineMs),
    createOrder(orders, catalog, deadlineMs),
    getOrder((number) => orders.read(number, performance.now() + deadlineMs)),
    getLeader(orders, counts),
  ]
}
