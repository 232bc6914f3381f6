import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { Replica } from '../replica/replica.ts'
import type { SqliteShop } from '../store/sqlite-shop.ts'

/**
 * Restocks sold-out toys regularly. Several may do so at once, and one that died in between does no harm: the
 * state machine restocks a toy only while it is sold out.
 */
export function restockRegularly(
  shop: SqliteShop,
  replica: Replica,
  intervalMs: number,
  log: Logger,
): { stop(): void } {
  const timer = setInterval(() => {
    if (replica.readiness() !== true) return
    const soldOut = shop.products().filter(({ quantity }) => quantity === 0)
    for (const { name } of soldOut)
      replica
        .restock(name)
        .then(() => log.info({ toy: name }, 'restocked'))
        .catch((error: Error) => log.warn({ toy: name, reason: error.message }, 'cannot restock now'))
  }, intervalMs)
  return { stop: () => clearInterval(timer) }
}
