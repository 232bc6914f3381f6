import { readFileSync } from 'node:fs'

/** CPU time and throttling of this process and its cgroup since `observeProcess`. */
export interface ProcessVitals {
  cpuSeconds: { user: number; system: number }
  throttled: { periods: number; seconds: number } | null
}

/** Where cgroup v2 shows a container its own CPU accounting. */
const cpuStatPath = '/sys/fs/cgroup/cpu.stat'

/** Begins to watch; the function returned yields what was used since then. */
export function observeProcess(statPath: string = cpuStatPath): () => ProcessVitals {
  const cpuBefore = process.cpuUsage()
  const before = readThrottling(statPath)
  return () => {
    const { user, system } = process.cpuUsage(cpuBefore)
    const after = readThrottling(statPath)
    return {
      cpuSeconds: { user: user / 1e6, system: system / 1e6 },
      throttled:
        before === null || after === null
          ? null
          : { periods: after.periods - before.periods, seconds: after.seconds - before.seconds },
    }
  }
}

/** CFS throttling so far; null when there is no such file or it has no such lines (root cgroup, not Linux). */
function readThrottling(path: string): { periods: number; seconds: number } | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return null
  }
  const periods = /^nr_throttled (\d+)$/m.exec(text)?.[1]
  const usec = /^throttled_usec (\d+)$/m.exec(text)?.[1]
  if (periods === undefined || usec === undefined) return null
  return { periods: Number(periods), seconds: Number(usec) / 1e6 }
}
