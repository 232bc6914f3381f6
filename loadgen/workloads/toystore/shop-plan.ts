import type { ThreadGroup } from '../../engine/types.ts'

/** How a run of the shop is laid out. */
export interface ShopPlan {
  /** Shares of queries that are followed by a buy, one group of threads after the other (%). */
  percents: number[]
  threads: number
  /** Queries of each thread at each share. */
  iterations: number
}

/** A list of shares such as "0,20,40,60,80". @throws Error for anything else */
export function parsePercents(text: string): number[] {
  const percents = text.split(',').map((part) => Number(part.trim()))
  if (percents.some((percent) => !Number.isInteger(percent) || percent < 0 || percent > 100))
    throw new Error(`buyPercents: whole numbers from 0 to 100 with commas between them, got "${text}"`)
  return percents
}

/** Query and buy at each share, and reading back. */
export function stepsOf({ percents }: ShopPlan): number {
  return 2 * percents.length + 1
}

/** The operations by step; with several shares each has its own, so that the report shows them apart. */
export function operationNames({ percents }: ShopPlan): string[] {
  const suffix = (percent: number) => (percents.length > 1 ? ` p=${percent}%` : '')
  return [
    ...percents.flatMap((percent) => [`getProduct${suffix(percent)}`, `createOrder${suffix(percent)}`]),
    'getOrder',
  ]
}

/** The shopping groups, each after the one before, and then the group that reads all orders back. */
export function shopGroups(plan: ShopPlan): ThreadGroup[] {
  const { percents, threads, iterations } = plan
  const names = percents.map((percent, index) => `shop ${index + 1} (p=${percent}%)`)
  const start = (index: number): ThreadGroup['start'] =>
    index === 0 ? { kind: 'immediately' } : { kind: 'afterDone', group: names[index - 1] as string, threads }
  const shopping = names.map(
    (name, index): ThreadGroup => ({
      name,
      threads,
      firstItem: index * threads * iterations,
      work: { kind: 'each', items: iterations },
      start: start(index),
      measured: true,
    }),
  )
  return [
    ...shopping,
    {
      name: 'read back',
      threads,
      firstItem: percents.length * threads * iterations,
      work: { kind: 'each', items: percents.length * iterations },
      start: start(names.length),
      measured: true,
    },
  ]
}

/** The shopping item that an item of the last group belongs to: thread k reads back what thread k bought. */
export function sourceItem({ percents, threads, iterations }: ShopPlan, item: number): number {
  const each = percents.length * iterations
  const thread = Math.floor(item / each)
  const group = Math.floor((item % each) / iterations)
  return group * threads * iterations + thread * iterations + (item % iterations)
}
