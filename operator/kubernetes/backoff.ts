/**
 * Growing waits between attempts: `firstMs · 2ⁿ`, at most `maxMs`, each lengthened by up to a fifth at random, so that
 * many clients of a server that comes back do not call in step.
 *
 * @param attempt attempts that have failed in a row before, from 0
 */
export function backoffMs(attempt: number, firstMs: number, maxMs: number, random = Math.random): number {
  const wait = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30))
  return wait * (1 + random() / 5)
}
