import { hash } from 'node:crypto'
import type { Change } from './state-machine.ts'

/** The chain before the first entry. */
export const chainStart = ''

/**
 * The running hash over everything applied: entry ids and what the entries changed. Two replicas with the same
 * chain at an offset have read the same log and drawn the same conclusions from it.
 *
 * @param id of the entry; '' for bytes that were none
 */
export function extendChain(chain: string, offset: number, id: string, changes: readonly Change[]): string {
  return hash('sha256', `${chain}\n${offset}\n${id}\n${JSON.stringify(changes)}`, 'hex').slice(0, 32)
}
