import type { ApiObject } from './objects.ts'

export type WatchEvent<T> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: T }
  | { type: 'ERROR'; status: number }

const objectTypes = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']

/**
 * One line of a watch. A line that is no event (cut off, or from a proxy) is an ERROR with status 0: after it nothing
 * that follows can be trusted to be complete.
 */
export function readWatchEvent<T extends ApiObject>(line: string): WatchEvent<T> {
  try {
    const value = JSON.parse(line) as { type?: unknown; object?: { code?: unknown; metadata?: unknown } }
    if (value.type === 'ERROR') return { type: 'ERROR', status: Number(value.object?.code ?? 0) }
    if (objectTypes.includes(value.type as string) && value.object?.metadata) return value as WatchEvent<T>
  } catch {
    // Falls through: no JSON.
  }
  return { type: 'ERROR', status: 0 }
}
