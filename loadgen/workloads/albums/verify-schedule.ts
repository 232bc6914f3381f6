import { itemsOf } from '../../engine/ledger.ts'
import type { LoadOutcome } from '../../engine/load-outcome.ts'
import { outcome } from '../../engine/types.ts'
import type { Check } from '../../result/run-schema.ts'
import type { AlbumRun } from './album-run.ts'
import type { RunState } from './run-state.ts'

/** ALB-I10 and ALB-D2: the schedule was sent as it is written, nothing failed, and each album was read by its key. */
export function verifySchedule(
  { groups, steps }: AlbumRun,
  state: RunState,
  { ledger }: LoadOutcome,
): Check[] {
  const writers = groups.filter((group) => !group.endsWithOthers)
  let planned = 0
  let sent = 0
  let failed = 0
  for (const group of writers)
    for (let item = group.firstItem; item < group.firstItem + itemsOf(group); item++)
      for (let step = 0; step < steps.length; step++) {
        const entry = ledger.read(item, step)
        planned++
        if (entry.outcome === outcome.unsent && !entry.hadAmbiguousAttempt) continue
        sent++
        if (entry.outcome !== outcome.ok) failed++
      }
  const base = { id: 'ALB-I10', detail: '' }
  const checks: Check[] = [
    {
      ...base,
      name: 'the schedule was sent completely',
      passed: sent === planned,
      expected: planned,
      actual: sent,
    },
    {
      ...base,
      name: 'no request failed after its retries',
      passed: failed === 0,
      expected: 0,
      actual: failed,
    },
  ]
  if (!steps.includes('get')) return checks
  const albums = state.total('acknowledged')
  const distinct = state.distinctReads()
  const passed = distinct >= 0.9 * albums
  const name = 'different albums were read, at least 90 % of all'
  return [...checks, { id: 'ALB-D2', name, passed, expected: albums, actual: distinct, detail: '' }]
}
