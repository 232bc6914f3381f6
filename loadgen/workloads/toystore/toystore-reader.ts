import type { ServiceReader } from '../service-reader.ts'
import type { StoredOrder } from './check-history.ts'
import type { Dialect } from './dialect.ts'
import { readOrder, readQuantity } from './read-answers.ts'

/** Orders read at once. */
const concurrency = 16

/** Current quantity of each toy. @throws Error for a toy that the service does not know */
export async function readStock(
  reader: ServiceReader,
  dialect: Dialect,
  toys: readonly string[],
  useCache: boolean,
): Promise<Map<string, number>> {
  const stock = new Map<string, number>()
  for (const toy of toys) {
    const headers: Record<string, string> = useCache ? {} : { 'Cache-Control': 'no-cache' }
    const found = await reader.read(dialect.toyPath(toy), headers)
    const quantity = found === undefined ? undefined : readQuantity(JSON.stringify(found))
    if (quantity === undefined) throw new Error(`the service has no toy ${toy}`)
    stock.set(toy, quantity)
  }
  return stock
}

export interface OrderNumbers {
  /** Number of the first order; 0 while there is none. Ours begin at 0, those of one reference system at 1 (TOY-O4). */
  origin: number
  count: number
}

/** The numbers given so far, without gaps: the first that is not there is found by doubling and halving. */
export async function readOrderNumbers(reader: ServiceReader, dialect: Dialect): Promise<OrderNumbers> {
  const exists = async (number: number) => (await readStored(reader, dialect, number)) !== undefined
  const origin = (await exists(0)) ? 0 : 1
  if (origin === 1 && !(await exists(1))) return { origin: 0, count: 0 }
  let [there, absent] = [origin, origin + 1]
  while (await exists(absent)) [there, absent] = [absent, absent * 2]
  while (absent - there > 1) {
    const middle = (there + absent) >> 1
    if (await exists(middle)) there = middle
    else absent = middle
  }
  return { origin, count: absent - origin }
}

/** All orders from a number to the last, in order. */
export async function readOrders(
  reader: ServiceReader,
  dialect: Dialect,
  from: number,
): Promise<StoredOrder[]> {
  const orders: StoredOrder[] = []
  for (let next = from; ; next += concurrency) {
    const some = await Promise.all(
      Array.from({ length: concurrency }, (_, index) => readStored(reader, dialect, next + index)),
    )
    for (const one of some) if (one) orders.push(one)
    if (some.at(-1) === undefined) return orders
  }
}

/** An implementation may answer 200 for an order that it does not have (TOY-O2). */
async function readStored(
  reader: ServiceReader,
  dialect: Dialect,
  number: number,
): Promise<StoredOrder | undefined> {
  const found = await reader.read(dialect.orderPath(number))
  return found === undefined ? undefined : readOrder(JSON.stringify(found))
}
