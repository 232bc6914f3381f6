import type { CreateWorkload } from '../../engine/types.ts'

/** Value of a skier whose total was not found. */
export const noTotal = -1

/** Inside a worker: item i asks for the season total of skier i and notes it, for the verification. */
const createWorkload: CreateWorkload = ({ parameters, shared }) => {
  const { season, resorts } = parameters as { season: string; resorts: number[] }
  const skiers = new Int32Array(shared['skiers'] as SharedArrayBuffer)
  const totals = new Float64Array(shared['totals'] as SharedArrayBuffer)
  const query = `season=${season}&${resorts.map((resort) => `resort=${resort}`).join('&')}`
  return {
    operations: ['getSkierResortTotals'],
    steps: 1,
    operation: () => 0,
    request: (item) => ({ method: 'GET', path: `/skiers/${skiers[item]}/vertical?${query}` }),
    wantsBody: () => true,
    accepts: (_step, status) => status === 404,
    received(item, _step, _thread, status, body) {
      totals[item] = status === 200 && body ? readTotal(body) : noTotal
    },
  }
}

function readTotal(body: Buffer): number {
  try {
    const answer = JSON.parse(body.toString()) as { resorts: { totalVert: number }[] }
    return answer.resorts.reduce((sum, row) => sum + row.totalVert, 0)
  } catch {
    return noTotal
  }
}

export default createWorkload
