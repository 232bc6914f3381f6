import { PerformanceObserver, performance } from 'node:perf_hooks'

/** Garbage collections of one thread. */
export interface GcSums {
  count: number
  totalMs: number
  longestMs: number
}

/** Watches the garbage collector of the calling thread from now on. */
export function observeGc(): { sums(): GcSums } {
  const sums: GcSums = { count: 0, totalMs: 0, longestMs: 0 }
  const add = (entries: { duration: number }[]) => {
    for (const { duration } of entries) {
      sums.count++
      sums.totalMs += duration
      sums.longestMs = Math.max(sums.longestMs, duration)
    }
  }
  const observer = new PerformanceObserver((list) => add(list.getEntries()))
  observer.observe({ entryTypes: ['gc'] })
  return {
    sums: () => {
      add(observer.takeRecords())
      observer.disconnect()
      return sums
    },
  }
}

/** A function that yields the calling thread's event-loop utilisation (0 … 1) since its last call. */
export function utilizationMeter(): () => number {
  let last = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return utilization
  }
}
