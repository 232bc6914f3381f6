import type { RetryPolicy } from './types.ts'

/** Repeating these cannot help: the request itself is wrong, absent or already applied. */
const pointless: ReadonlySet<number> = new Set([400, 404, 409, 413, 422])

const baseDelayMs = 10
const maxDelayMs = 1_000
const maxRetryAfterMs = 5_000

/** The answer of `retryDelayMs` that means: no retry, this attempt was the last. */
export const noRetry = -1

/** How an attempt without success ended. Status 0 stands for time-outs, resets and malformed answers. */
export interface FailedAttempt {
  status: number
  /** 1 for the first attempt. */
  attempt: number
  retryAfter?: string | undefined
}

/**
 * Milliseconds to wait before the next attempt, or `noRetry`.
 *
 * Mode `all` repeats every 4xx, 5xx and missing answer at once. Mode `transient` leaves out what cannot get
 * better and waits: as long as a Retry-After in seconds says (at most 5 s), else a random part of
 * min(1 s, 10 ms · 2^(attempt − 1)) ("full jitter"). Redirects are never repeated. `random` yields [0, 1).
 */
export function retryDelayMs(policy: RetryPolicy, failed: FailedAttempt, random: () => number): number {
  const { status, attempt, retryAfter } = failed
  if (attempt > policy.limit || (status > 0 && status < 400)) return noRetry
  if (policy.mode === 'all') return 0
  if (pointless.has(status)) return noRetry
  if (retryAfter !== undefined && /^\d+$/.test(retryAfter)) {
    return Math.min(Number(retryAfter) * 1_000, maxRetryAfterMs)
  }
  return random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1))
}

/**
 * Milliseconds before a connection is tried again after `failures` failed tries in a row: 10, 20, … 500.
 * Nothing was sent, so these tries are no attempts.
 */
export function reconnectDelayMs(failures: number): number {
  return Math.min(500, baseDelayMs * 2 ** (failures - 1))
}
