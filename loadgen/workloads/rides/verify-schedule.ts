import { itemsOf } from '../../engine/ledger.ts'
import type { LoadOutcome } from '../../engine/load-outcome.ts'
import type { ThreadGroup } from '../../engine/types.ts'
import { outcome } from '../../engine/types.ts'
import type { Check } from '../../result/run-schema.ts'

/** RID-I7 and RID-I8: the schedule was sent as it is written, none missing, none failed, none waited for. */
export function verifySchedule(groups: readonly ThreadGroup[], result: LoadOutcome): Check[] {
  const sent = groups.map((group) => ({ group, counts: countOutcomes(group, result) }))
  const planned = groups.reduce((sum, group) => sum + itemsOf(group), 0)
  const total = sent.reduce((sum, { counts }) => sum + counts.sent, 0)
  const failed = sent.reduce((sum, { counts }) => sum + counts.failed, 0)
  return [
    {
      id: 'RID-I7',
      name: 'the schedule was sent completely',
      passed: total === planned,
      expected: planned,
      actual: total,
      detail: sent.map(({ group, counts }) => `${group.name} ${counts.sent}/${itemsOf(group)}`).join(', '),
    },
    {
      id: 'RID-I7',
      name: 'no request failed after its retries',
      passed: failed === 0,
      expected: 0,
      actual: failed,
      detail: '',
    },
    {
      id: 'RID-I8',
      name: 'no thread waited for an event',
      passed: result.validity.waitsForItem === 0,
      expected: 0,
      actual: result.validity.waitsForItem,
      detail: '',
    },
  ]
}

function countOutcomes(group: ThreadGroup, result: LoadOutcome): { sent: number; failed: number } {
  const counts = { sent: 0, failed: 0 }
  for (let item = group.firstItem; item < group.firstItem + itemsOf(group); item++) {
    const entry = result.ledger.read(item, 0)
    if (entry.outcome === outcome.unsent && !entry.hadAmbiguousAttempt) continue
    counts.sent++
    if (entry.outcome !== outcome.ok) counts.failed++
  }
  return counts
}
