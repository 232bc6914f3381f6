import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceReader } from '../service-reader.ts'
import type { Completion } from '../workload-definition.ts'
import { type RunSeason, readRideCount } from './ski-season.ts'

const pollMs = 20

/**
 * Completion: waits until a reader can see every accepted ride.
 *
 * @param accepted acknowledged rides; more may become visible after ambiguous answers
 * @param lastAcceptedAtMs when the last answer arrived (ms since the epoch)
 * @param quietMs given up when the count has not moved for so long
 */
export async function awaitRides(
  reader: ServiceReader,
  run: RunSeason,
  accepted: number,
  lastAcceptedAtMs: number,
  signal: AbortSignal,
  quietMs: number,
): Promise<Completion> {
  let visible = -1
  let movedAt = performance.now()
  while (true) {
    const seen = await readRideCount(reader, run)
    if (seen >= accepted)
      return { accepted, visible: seen, lagSeconds: Math.max(0, Date.now() - lastAcceptedAtMs) / 1_000 }
    if (seen !== visible) movedAt = performance.now()
    visible = seen
    if (performance.now() - movedAt > quietMs) return { accepted, visible, lagSeconds: null }
    await delay(pollMs, undefined, { signal })
  }
}
