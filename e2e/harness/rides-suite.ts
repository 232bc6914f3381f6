import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import type { Observer } from '@chairlift/loadgen/run/observer.ts'
import { failedDataChecks, onlyRun, type RidesLoad, runRides } from './rides-experiment.ts'

/** The parts of a running rides system that a test may take away; each comes back without the test's help. */
export type Part = 'rides-api' | 'rides-writer' | 'rabbitmq' | 'postgres'

/** The rides, wherever they run: in the lab or in a cluster. */
export interface RidesUnderTest {
  url: string
  observer?: Observer
  /** Takes one process of the part away without warning; resolves once it is gone. */
  kill: (part: Part) => Promise<void>
}

/** Requests of a run with a fault; the fault comes when a third of them are done. */
export interface SuiteSize {
  threads: number
  requests: number
  /** Requests a second, by the clock; without it every thread sends as fast as it can. */
  rate?: number
}

const operation = 'writeNewLiftRide'

/** The tests of the rides that are the same for the lab and for a cluster. */
export function testRides(system: () => RidesUnderTest, size: SuiteSize): void {
  const skierDay = (skier: number) => `${system().url}/skiers/1/seasons/1998/days/1/skiers/${skier}`

  test('a ride becomes visible, counts once for its key, and a wrong one is refused in the interface shape', async () => {
    const url = skierDay(1 + Math.floor(Math.random() * 2_000_000_000))
    const key = randomUUID()
    const post = (body: string) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body,
      })
    for (let time = 0; time < 3; time++) assert.equal((await post('{"time":217,"liftID":21}')).status, 201)
    const read = async () => (await fetch(url)).text()
    await eventually('the ride is visible', async () => (await fetch(url)).status === 200, 60_000)
    assert.equal(await read(), '210')
    const refused = await post('{"time":217,"liftID":"21"}')
    assert.equal(refused.status, 400)
    assert.match(((await refused.json()) as { message: string }).message, /liftID/)
    assert.equal((await fetch(skierDay(0))).status, 400)
    // A second ride shows that the copies of the first were consumed, and changed nothing.
    const second = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"time":218,"liftID":1}',
    })
    assert.equal(second.status, 201)
    await eventually('the second ride is visible', async () => (await read()) === '220', 60_000)
  })

  const parts: [part: Part, what: string, failsNone: boolean][] = [
    ['rides-writer', 'RID-I10 RID-D2 RID-D6: a writer that is killed loses and doubles nothing', true],
    ['rides-api', 'RID-I10 RID-D11: an API process that is killed loses and doubles nothing', true],
    ['rabbitmq', 'RID-I10 RID-D3: a broker that is killed and comes back loses and doubles nothing', false],
    [
      'postgres',
      'RID-I10 RID-D4: a store that is killed and comes back delays rides and loses none; posts do not need it',
      true,
    ],
  ]
  for (const [part, what, failsNone] of parts)
    test(what, async (t) => {
      const run = await runWithFault(system(), size, () => system().kill(part))
      const posts = run.operations[operation]
      describeRun(t, run)
      if (failsNone) assert.equal(posts?.failed, 0, JSON.stringify(posts?.byStatus))
      // Of requests by the clock there may be none on its way just then.
      if (part === 'rides-api' && !size.rate) assert.ok((posts?.retries ?? 0) > 0, 'no request was hit')
    })
}

/**
 * Runs `rides/write` and calls `fault` once, when a third of the requests are done. Afterwards everything accepted
 * must be visible, once.
 */
export async function runWithFault(
  system: RidesUnderTest,
  size: SuiteSize,
  fault: () => void | Promise<void>,
  load: Partial<RidesLoad> = {},
) {
  let injected: Promise<void> | undefined
  const result = await runRides({
    target: system.url,
    ...(system.observer && { observer: system.observer }),
    // Threads that keep asking see the end of the outage, others would be through with all requests before it.
    spec: `${size.rate ? `model: open\n  rate: ${size.rate}\n  ` : ''}retry: {limit: 5, mode: transient}`,
    parameters: 'completionQuietSeconds: 120',
    threads: size.threads,
    requests: size.requests,
    ...load,
    onSecond(completed) {
      if (completed > size.requests / 3) injected ??= Promise.resolve().then(fault)
    },
  })
  assert.ok(injected, 'the run was over before the fault came')
  await injected
  const run = onlyRun(result)
  assert.deepEqual(failedDataChecks(run, size.rate !== undefined), [])
  const { accepted, visible } = run.completion
  assert.ok(visible !== null && visible >= accepted, `accepted ${accepted}, visible ${visible}`)
  return run
}

/** The figures of a run as diagnostics. */
export function describeRun(t: TestContext, run: ReturnType<typeof onlyRun>): void {
  const posts = run.operations[operation]
  t.diagnostic(
    `${run.completion.accepted} accepted in ${run.wallSeconds?.toFixed(1)} s, ${run.completion.visible} visible after ` +
      `${run.completion.lagSeconds?.toFixed(2)} s more; failed ${posts?.failed}, retries ${posts?.retries}, ` +
      `statuses ${JSON.stringify(posts?.byStatus)}`,
  )
}
