import { runLoad } from '../../engine/run-load.ts'
import type { RunSeason } from './ski-season.ts'
import { noTotal } from './skier-total-requests.ts'

/** Threads of the verification's reads; enough to keep the service busy. */
const readers = 32

/**
 * The season total of every given skier over all resorts of the run, read through the service by the load engine.
 * @returns metres by skier; a skier without rides is missing
 */
export async function readSkierTotals(
  target: string,
  run: RunSeason,
  skierIDs: readonly number[],
  signal: AbortSignal,
): Promise<Map<number, number>> {
  if (skierIDs.length === 0) return new Map()
  const skiers = new SharedArrayBuffer(skierIDs.length * Int32Array.BYTES_PER_ELEMENT)
  const totals = new SharedArrayBuffer(skierIDs.length * Float64Array.BYTES_PER_ELEMENT)
  new Int32Array(skiers).set(skierIDs)
  new Float64Array(totals).fill(noTotal)
  await runLoad(
    {
      target,
      groups: [
        {
          name: 'verification',
          threads: readers,
          firstItem: 0,
          work: { kind: 'shared', items: skierIDs.length },
          start: { kind: 'immediately' },
          measured: true,
        },
      ],
      workload: {
        module: new URL('./skier-total-requests.ts', import.meta.url).href,
        parameters: { season: run.season, resorts: run.resorts },
        shared: { skiers, totals },
      },
      retry: { limit: 5, mode: 'transient' },
      requestTimeoutMs: 30_000,
      connectTimeoutMs: 30_000,
      workers: 1,
      engine: 'raw',
    },
    {},
    signal,
  )
  const byIndex = new Float64Array(totals)
  return new Map(
    skierIDs
      .map((skier, index) => [skier, byIndex[index] as number] as const)
      .filter(([, metres]) => metres !== noTotal),
  )
}
