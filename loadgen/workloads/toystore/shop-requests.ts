import type { CreateWorkload } from '../../engine/types.ts'
import { dialectOf } from './dialect.ts'
import { readOrder, readOrderAnswer, readQuantity } from './read-answers.ts'
import type { ShopPlan } from './shop-plan.ts'
import { operationNames, sourceItem, stepsOf } from './shop-plan.ts'
import { moments, monotonicMs, refused, unknown, viewShopRecording } from './shop-recording.ts'

/**
 * Inside a worker. Items of the shopping groups: query a toy, then buy it if it is the item's turn to buy and some
 * are left. Items of the last group: read back the order of the item they belong to.
 */
const createWorkload: CreateWorkload = ({ parameters, shared }) => {
  const { plan, toys, runId, cache, dialect } = parameters as {
    plan: ShopPlan
    toys: string[]
    runId: string
    cache: boolean
    dialect: string
  }
  const recording = viewShopRecording(shared)
  const { toy, wanted, seen, outcome, times, mismatches } = recording
  const shoppingItems = plan.percents.length * plan.threads * plan.iterations
  const readBackStep = 2 * plan.percents.length
  const groupOf = (item: number) => Math.floor(item / (plan.threads * plan.iterations))
  const isQuery = (step: number) => step % 2 === 0
  const noCache = cache ? '' : 'Cache-Control: no-cache\r\n'
  const { toyPath, orderPath, toyField } = dialectOf(dialect)
  const queryPaths = toys.map(toyPath)
  const stamp = (item: number, moment: number, first: boolean) => {
    const at = item * moments.count + moment
    // A retry belongs to the request that it repeats.
    if (!first || times[at] === 0) times[at] = monotonicMs()
  }

  return {
    operations: operationNames(plan),
    steps: stepsOf(plan),
    operation: (step) => step,
    skips(item, step) {
      if (item >= shoppingItems) {
        return step !== readBackStep || (outcome[sourceItem(plan, item - shoppingItems)] as number) < 0
      }
      if (step >= readBackStep || Math.floor(step / 2) !== groupOf(item)) return true
      return !isQuery(step) && !((wanted[item] as number) > 0 && (seen[item] as number) > 0)
    },
    request(item, step) {
      if (step === readBackStep) {
        const number = outcome[sourceItem(plan, item - shoppingItems)] as number
        return { method: 'GET', path: orderPath(number) }
      }
      const name = toys[toy[item] as number] as string
      stamp(item, isQuery(step) ? moments.queryStart : moments.buyStart, true)
      if (isQuery(step))
        return { method: 'GET', path: queryPaths[toy[item] as number] as string, headers: noCache }
      return {
        method: 'POST',
        path: '/orders',
        headers: `Content-Type: application/json\r\nIdempotency-Key: ${runId}-${item}\r\n`,
        body: JSON.stringify({ [toyField]: name, quantity: wanted[item] }),
      }
    },
    wantsBody: () => true,
    // Out of stock is an answer and no failure; that it was right is checked afterwards.
    accepts: (step, status) => step !== readBackStep && !isQuery(step) && status === 404,
    received(item, step, _thread, status, body) {
      const text = body?.toString() ?? ''
      if (step === readBackStep) {
        const source = sourceItem(plan, item - shoppingItems)
        const order = status === 200 ? readOrder(text) : undefined
        const right =
          order?.number === outcome[source] &&
          order?.name === toys[toy[source] as number] &&
          order?.quantity === wanted[source]
        if (!right) Atomics.add(mismatches, 0, 1)
      } else if (isQuery(step)) {
        stamp(item, moments.queryEnd, false)
        const quantity = status === 200 ? readQuantity(text) : undefined
        if (quantity !== undefined) seen[item] = quantity
      } else {
        stamp(item, moments.buyEnd, false)
        const answer = readOrderAnswer(status, text)
        outcome[item] = answer === 'refused' ? refused : answer === 'unknown' ? unknown : answer
      }
    },
  }
}

export default createWorkload
