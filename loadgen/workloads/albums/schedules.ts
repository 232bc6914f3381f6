import type { ThreadGroup } from '../../engine/types.ts'

export interface ScheduleOptions {
  /** All threads of the measured groups. */
  threads: number
  groupThreads: number
  /** Seconds between the starts of two groups. */
  delaySeconds: number
  /** Iterations of each thread. */
  iterations: number
  startupThreads: number
  startupIterations: number
  /** Reader threads, which start when the first group has ended and end with the last. */
  readers: number
}

/** More reads than any run lasts for; each item of a reader is one byte of the ledger a step. */
const mostReads = 250_000

/**
 * The schedule of the reference system: a start-up that is not measured; then groups of `groupThreads`, one every
 * `delaySeconds`, until all threads have been started. A last group takes what does not divide.
 *
 * @returns the groups, and the number of albums they post; readers have the items from there on
 */
export function groupSchedule(options: ScheduleOptions): { groups: ThreadGroup[]; albums: number } {
  const { threads, groupThreads, iterations, startupThreads, startupIterations } = options
  const groups: ThreadGroup[] = []
  let firstItem = 0
  if (startupThreads > 0) {
    groups.push({
      name: 'start-up',
      threads: startupThreads,
      firstItem,
      work: { kind: 'each', items: startupIterations },
      start: { kind: 'immediately' },
      measured: false,
    })
    firstItem += startupThreads * startupIterations
  }
  for (let started = 0, number = 0; started < threads; started += groupThreads, number++) {
    const size = Math.min(groupThreads, threads - started)
    const delayMs = number * options.delaySeconds * 1_000
    groups.push({
      name: `group ${number + 1}`,
      threads: size,
      firstItem,
      work: { kind: 'each', items: iterations },
      start:
        startupThreads > 0
          ? { kind: 'afterDone', group: 'start-up', threads: startupThreads, delayMs }
          : { kind: 'immediately', delayMs },
      measured: true,
    })
    firstItem += size * iterations
  }
  if (options.readers > 0)
    groups.push({
      name: 'readers',
      threads: options.readers,
      firstItem,
      work: { kind: 'each', items: Math.ceil(mostReads / options.readers) },
      start: { kind: 'afterDone', group: 'group 1', threads: Math.min(groupThreads, threads) },
      measured: true,
      endsWithOthers: true,
    })
  return { groups, albums: firstItem }
}
