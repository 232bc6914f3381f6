import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** A process is named by its id and its start: ids are given out again, the pair never is. */
export interface ProcessIdentity {
  readonly pid: number
  /** Opaque; only compared. Clock ticks since boot from /proc, a date where only `ps` knows. */
  readonly startTime: string
}

export interface ProcessEntry extends ProcessIdentity {
  readonly parentPid: number
}

export type ProcessTable = ReadonlyMap<number, ProcessEntry>

/** All processes that run now. Zombies are left out: they have ended and only wait to be collected. */
export function readProcessTable(): ProcessTable {
  return existsSync('/proc/self/stat') ? readProcFolder() : readPs()
}

/** The process with this id, or null when there is none or it has ended. */
export function readProcess(pid: number): ProcessEntry | null {
  return existsSync('/proc/self/stat') ? readProcEntry(pid) : (readPs([String(pid)]).get(pid) ?? null)
}

/** Whether exactly this process still runs, and not a later one under the same id. */
export function isRunning(identity: ProcessIdentity, table: ProcessTable): boolean {
  return table.get(identity.pid)?.startTime === identity.startTime
}

/** The given processes as far as they run, and their children, grandchildren and so on. */
export function listFamily(roots: Iterable<ProcessIdentity>, table: ProcessTable): ProcessEntry[] {
  const children = Map.groupBy(table.values(), (entry) => entry.parentPid)
  const family = new Map<number, ProcessEntry>()
  const visit = (entry: ProcessEntry) => {
    if (family.has(entry.pid)) return
    family.set(entry.pid, entry)
    for (const child of children.get(entry.pid) ?? []) visit(child)
  }
  for (const root of roots) {
    const entry = table.get(root.pid)
    if (entry?.startTime === root.startTime) visit(entry)
  }
  return [...family.values()]
}

/** The table as `ps` gives it: for systems without /proc. Its start times have a resolution of one second. */
export function readPs(pids?: readonly string[]): Map<number, ProcessEntry> {
  const selection = pids ? ['-p', pids.join(',')] : ['-A']
  const columns = ['-o', 'pid=', '-o', 'ppid=', '-o', 'stat=', '-o', 'lstart=']
  const answer = spawnSync('ps', [...selection, ...columns], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  })
  if (answer.error) throw answer.error
  const table = new Map<number, ProcessEntry>()
  for (const line of answer.stdout.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line)
    if (!match || match[3]?.startsWith('Z')) continue
    const pid = Number(match[1])
    table.set(pid, { pid, parentPid: Number(match[2]), startTime: match[4] ?? '' })
  }
  return table
}

function readProcFolder(): Map<number, ProcessEntry> {
  const table = new Map<number, ProcessEntry>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const entry = readProcEntry(Number(name))
    if (entry) table.set(entry.pid, entry)
  }
  return table
}

function readProcEntry(pid: number): ProcessEntry | null {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return null
  }
  // The second field is the program's name in parentheses and may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const state = fields[0]
  const startTime = fields[19]
  if (state === undefined || state === 'Z' || state === 'X' || startTime === undefined) return null
  return { pid, parentPid: Number(fields[1]), startTime }
}
