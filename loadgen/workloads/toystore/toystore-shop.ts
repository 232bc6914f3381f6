import Type, { type Static } from 'typebox'
import { seededRandom } from '../../engine/arrival-schedule.ts'
import { ServiceReader } from '../service-reader.ts'
import type { PreparedRun, WorkloadDefinition } from '../workload-definition.ts'
import { dialectOf } from './dialect.ts'
import { parsePercents, type ShopPlan, shopGroups } from './shop-plan.ts'
import { createShopRecording, type ShopRecording } from './shop-recording.ts'
import { readOrderNumbers, readStock } from './toystore-reader.ts'
import { verifyShop } from './verify-shop.ts'

const Parameters = Type.Object({
  buyPercents: Type.String({
    default: '0,20,40,60,80',
    description: 'Shares of queries followed by a buy, one after the other (%).',
  }),
  iterations: Type.Integer({
    default: 500,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Queries of each client at each share.',
  }),
  toys: Type.String({
    default: 'Tux,Whale,Elephant,Bird,Risk,Sand,Jenga,Uno,Pinball,Clue',
    minLength: 1,
    description: 'Names of the toys, with commas between them.',
  }),
  largestQuantity: Type.Integer({
    default: 1,
    minimum: 1,
    maximum: 1_000,
    description: 'Quantities are chosen from 1 to this.',
  }),
  cache: Type.Boolean({
    default: true,
    description: 'false: every query is sent with Cache-Control: no-cache.',
  }),
  dialect: Type.Union([Type.Literal('chairlift'), Type.Literal('reference')], {
    default: 'chairlift',
    description: 'Paths and body fields: ours, or those of one reference system (TOY-O1).',
  }),
})

/**
 * The client loop of the reference system: pick a toy, query it, buy it with probability p if some are left; at the
 * end read every own order back. Nobody else may buy at the same time: the run's history is checked as a whole.
 */
export const toystoreShop: WorkloadDefinition = {
  name: 'toystore/shop',
  system: 'toystore',
  summary: 'query and buy toys, read all own orders back; the history is checked',
  parameters: Parameters,
  queues: [],
  async prepare(context) {
    const parameters = context.parameters as Static<typeof Parameters>
    const toys = parameters.toys.split(',').map((toy) => toy.trim())
    const { threads, signal, target } = context
    const plan: ShopPlan = {
      percents: parsePercents(parameters.buyPercents),
      threads,
      iterations: parameters.iterations,
    }
    const reader = new ServiceReader(target, signal)
    const dialect = dialectOf(parameters.dialect)
    await reader.ping(dialect.toyPath(toys[0] as string))
    const { count: ordersBefore } = await readOrderNumbers(reader, dialect)
    const initial = await readStock(reader, dialect, toys, false)
    const recording = createShopRecording(plan.percents.length * threads * plan.iterations)
    choose(recording, plan, toys.length, parameters.largestQuantity, context.seed)
    const highestNumber = () => recording.outcome.reduce((most, one) => Math.max(most, one), -1)
    return {
      groups: shopGroups(plan),
      module: new URL('./shop-requests.ts', import.meta.url).href,
      moduleParameters: {
        plan,
        toys,
        runId: context.runId,
        cache: parameters.cache,
        dialect: parameters.dialect,
      },
      shared: recording.shared,
      async complete(outcome) {
        // Visible when acknowledged; the lag is that of looking.
        const accepted = recording.outcome.reduce((sum, one) => sum + (one >= 0 ? 1 : 0), 0)
        if (accepted > 0) await reader.read(dialect.orderPath(highestNumber()))
        const lagSeconds = Math.max(0, Date.now() - Date.parse(outcome.finishedAt)) / 1_000
        const { count } = await readOrderNumbers(reader, dialect)
        return { accepted, visible: count - ordersBefore, lagSeconds }
      },
      async verify(outcome) {
        const checks = await verifyShop(
          { reader, dialect, toys, plan, recording, initial, ordersBefore },
          outcome,
        )
        await reader[Symbol.asyncDispose]()
        return checks
      },
    } satisfies PreparedRun
  },
}

/** All chances of the run are taken before it, from its seed. */
function choose(
  recording: ShopRecording,
  { percents, threads, iterations }: ShopPlan,
  toys: number,
  largestQuantity: number,
  seed: number,
): void {
  const random = seededRandom(seed)
  for (let item = 0; item < recording.toy.length; item++) {
    const percent = percents[Math.floor(item / (threads * iterations))] as number
    recording.toy[item] = Math.floor(random() * toys)
    const quantity = 1 + Math.floor(random() * largestQuantity)
    recording.wanted[item] = random() * 100 < percent ? quantity : 0
  }
}
