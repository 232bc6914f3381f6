import type { ThreadNumbers } from './closed-group.ts'
import type { ThreadGroup } from './types.ts'

/**
 * The threads of group `index` that worker `worker` of `workers` runs. Threads are numbered through the run in
 * the order of the groups, and dealt out one by one, so that a ramp loads all workers evenly.
 */
export function threadsOfWorker(
  groups: readonly ThreadGroup[],
  index: number,
  worker: number,
  workers: number,
): ThreadNumbers[] {
  const before = groups.slice(0, index).reduce((total, group) => total + group.threads, 0)
  const threads: ThreadNumbers[] = []
  for (let inGroup = 0; inGroup < (groups[index]?.threads ?? 0); inGroup++) {
    if (inGroup % workers === worker) threads.push({ inRun: before + inGroup, inGroup })
  }
  return threads
}
