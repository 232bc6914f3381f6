import { setTimeout as delay } from 'node:timers/promises'
import type { IdentifiedEvent } from './event-group.ts'

export interface ApplyOptions<E> {
  /**
   * Makes the events durable, all or none. Must change nothing for an id it has seen before: events come again
   * after a crash, and one by one after a refused batch.
   */
  apply(events: E[]): Promise<void>
  /** True if the same events may succeed later (dead database, deadlock); false if they never will. */
  isTransient(error: unknown): boolean
  /** Called before each wait of a retry, with what went wrong. */
  onRetry(error: unknown): void
  /** Ends the retries, for example when the process stops. */
  signal: AbortSignal
}

export interface RefusedEvent<E> {
  event: E
  error: unknown
}

/** First and longest wait between retries (ms). */
const retryFirstMs = 50
const retryLongestMs = 2_000

/**
 * Applies a batch; if it is refused for good, its groups alone, and of a refused group each event alone, so
 * that a poison event takes none of its neighbours along.
 *
 * @returns the refused events, each with its error; all others are durable
 * @throws the signal's reason when it aborts while the dependency is down; nothing is known to be applied then
 */
export async function applyEvents<E extends IdentifiedEvent>(
  groups: readonly (readonly E[])[],
  options: ApplyOptions<E>,
): Promise<RefusedEvent<E>[]> {
  const all = groups.flat()
  if (all.length === 0) return []
  const refusal = await tryApply(all, options)
  if (refusal === undefined) return []
  if (all.length === 1) return [{ event: all[0] as E, error: refusal.error }]
  const refused: RefusedEvent<E>[] = []
  const parts = groups.length > 1 ? groups.map((group) => [group]) : all.map((event) => [[event]])
  for (const part of parts) refused.push(...(await applyEvents(part, options)))
  return refused
}

/** @returns undefined when applied, or the error that no retry will cure */
async function tryApply<E extends IdentifiedEvent>(
  events: readonly E[],
  options: ApplyOptions<E>,
): Promise<{ error: unknown } | undefined> {
  const distinct = [...new Map(events.map((event) => [event.id, event])).values()]
  for (let waitMs = retryFirstMs; ; waitMs = Math.min(waitMs * 2, retryLongestMs)) {
    try {
      await options.apply(distinct)
      return undefined
    } catch (error) {
      if (!options.isTransient(error)) return { error }
      options.onRetry(error)
      options.signal.throwIfAborted()
      await delay(waitMs * (0.5 + Math.random() / 2), undefined, { signal: options.signal })
    }
  }
}
