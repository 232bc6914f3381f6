import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type ApplyOptions, applyEvents } from './apply-events.ts'

interface Numbered {
  id: string
  /** Which of the events with this id. */
  copy: number
}

/** A store that refuses a batch with any poison id as a whole, and counts each id it takes. */
function store(poison: ReadonlySet<string>) {
  const applied = new Map<string, number>()
  let calls = 0
  const options: ApplyOptions<Numbered> = {
    apply(events) {
      calls++
      const bad = events.find((event) => poison.has(event.id))
      if (bad) return Promise.reject(new Error(`poison ${bad.id}`))
      assert.equal(new Set(events.map((event) => event.id)).size, events.length, 'an id twice in one call')
      // Idempotent by id, as the contract demands; counting shows what came.
      for (const { id } of events) applied.set(id, 1)
      return Promise.resolve()
    },
    isTransient: () => false,
    onRetry: () => assert.fail('nothing here is worth a retry'),
    signal: new AbortController().signal,
  }
  return { options, applied, calls: () => calls }
}

const groups = fc.array(
  fc.array(fc.integer({ min: 0, max: 40 }).map(String), { minLength: 1, maxLength: 8 }),
  {
    maxLength: 8,
  },
)
const numbered = (ids: string[][]): Numbered[][] => {
  let copy = 0
  return ids.map((group) => group.map((id) => ({ id, copy: copy++ })))
}

describe('applying events', () => {
  test('refuses exactly the poison ones, whichever they are, and applies all others', async () => {
    await fc.assert(
      fc.asyncProperty(
        groups,
        fc.uniqueArray(fc.integer({ min: 0, max: 40 }).map(String)),
        async (ids, bad) => {
          const poison = new Set(bad)
          const batch = numbered(ids)
          const { options, applied } = store(poison)
          const refused = await applyEvents(batch, options)
          const all = batch.flat()
          assert.deepEqual(
            refused.map(({ event }) => event.copy),
            all.filter((event) => poison.has(event.id)).map((event) => event.copy),
          )
          const innocent = all.map((event) => event.id).filter((id) => !poison.has(id))
          assert.deepEqual([...applied.keys()].sort(), [...new Set(innocent)].sort())
        },
      ),
      { numRuns: 300 },
    )
  })

  test('costs one call when all is well, and at most one per group and event of refused groups besides', async () => {
    await fc.assert(
      fc.asyncProperty(
        groups,
        fc.uniqueArray(fc.integer({ min: 0, max: 40 }).map(String)),
        async (ids, bad) => {
          const poison = new Set(bad)
          const { options, calls } = store(poison)
          await applyEvents(numbered(ids), options)
          const refusedGroups = ids.filter((group) => group.some((id) => poison.has(id)))
          const bound = 1 + (refusedGroups.length > 0 ? ids.length : 0) + refusedGroups.flat().length
          assert.ok(calls() <= (ids.length === 0 ? 0 : bound), `${calls()} calls, bound ${bound}`)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('gives each refused event its own error', async () => {
    const { options } = store(new Set(['1', '3']))
    const refused = await applyEvents(numbered([['0', '1', '2'], ['3'], ['4']]), options)
    assert.deepEqual(
      refused.map(({ event, error }) => [event.id, (error as Error).message]),
      [
        ['1', 'poison 1'],
        ['3', 'poison 3'],
      ],
    )
  })

  test('holds and repeats what may succeed later, and splits nothing for it', async () => {
    const sizes: number[] = []
    const retries: unknown[] = []
    const refused = await applyEvents(numbered([['a', 'b'], ['c']]), {
      apply(events) {
        sizes.push(events.length)
        return sizes.length < 3 ? Promise.reject(new Error('down')) : Promise.resolve()
      },
      isTransient: () => true,
      onRetry: (error) => retries.push((error as Error).message),
      signal: new AbortController().signal,
    })
    assert.deepEqual([refused, sizes, retries], [[], [3, 3, 3], ['down', 'down']])
  })

  test('ends its retries, and in the middle of a wait, when the signal aborts', async () => {
    const stopping = new AbortController()
    await assert.rejects(
      applyEvents(numbered([['a']]), {
        apply: () => Promise.reject(new Error('down')),
        isTransient: () => true,
        onRetry: () => setImmediate(() => stopping.abort()),
        signal: stopping.signal,
      }),
      { name: 'AbortError' },
    )
  })

  test('goes on to the end of an attempt that succeeds though the signal has aborted', async () => {
    const { options, applied } = store(new Set())
    await applyEvents(numbered([['a']]), { ...options, signal: AbortSignal.abort() })
    assert.deepEqual([...applied.keys()], ['a'])
  })
})
