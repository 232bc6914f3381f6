import type { CreateWorkload } from '../../engine/types.ts'

const operations = ['getSkierDayVertical', 'getSkierResortTotals', 'getResortSkiersDay'] as const

/**
 * Inside a worker: item i is one iteration, with one GET or all three, and every answer is compared with the
 * recomputation (`expected`, three numbers an item; −1 means 404).
 */
const createWorkload: CreateWorkload = ({ parameters, shared }) => {
  const { season, operation } = parameters as { season: string; operation: number }
  const skierID = new Int32Array(shared['skierID'] as SharedArrayBuffer)
  const resortID = new Uint16Array(shared['resortID'] as SharedArrayBuffer)
  const dayID = new Uint16Array(shared['dayID'] as SharedArrayBuffer)
  const expected = new Float64Array(shared['expected'] as SharedArrayBuffer)
  const mismatches = new Int32Array(shared['mismatches'] as SharedArrayBuffer)
  const together = operation === operations.length
  const numberOf = (step: number) => (together ? step : operation)
  const paths = [
    (item: number) =>
      `/skiers/${resortID[item]}/seasons/${season}/days/${dayID[item]}/skiers/${skierID[item]}`,
    (item: number) => `/skiers/${skierID[item]}/vertical?resort=${resortID[item]}&season=${season}`,
    (item: number) => `/resorts/${resortID[item]}/seasons/${season}/day/${dayID[item]}/skiers`,
  ] as const
  const readers = [
    (body: string) => Number(body),
    (body: string) => (JSON.parse(body) as { resorts: { totalVert: number }[] }).resorts[0]?.totalVert,
    (body: string) => (JSON.parse(body) as { numSkiers: number }).numSkiers,
  ] as const
  return {
    operations,
    steps: together ? operations.length : 1,
    operation: numberOf,
    request: (item, step) => ({
      method: 'GET',
      path: (paths[numberOf(step)] as (typeof paths)[0])(item),
    }),
    wantsBody: () => true,
    accepts: (_step, status) => status === 404,
    received(item, step, _thread, status, body) {
      const number = numberOf(step)
      const right = expected[item * operations.length + number]
      const read = readers[number] as (typeof readers)[0]
      const seen = status === 404 ? -1 : status === 200 && body ? read(body.toString()) : Number.NaN
      // A request that failed is counted by its status; here only answers that say something wrong.
      if (!Number.isNaN(seen) && seen !== right) Atomics.add(mismatches, number, 1)
    },
  }
}

export default createWorkload
