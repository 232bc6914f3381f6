import { readFile } from 'node:fs/promises'

/** Clock ticks a second in /proc; 100 on every Linux that Node runs on (USER_HZ). */
const ticksPerSecond = 100

/** User and system time of processes so far, in seconds; one that is gone counts nothing, as do other systems. */
export async function readCpuSeconds(pids: readonly number[]): Promise<number> {
  const each = await Promise.all(pids.map(readOne))
  return each.reduce((sum, seconds) => sum + seconds, 0)
}

async function readOne(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (stat === undefined) return 0
  // The name in parentheses may hold spaces; after it, utime and stime are fields 14 and 15 of proc(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}
