import { eventually } from '@chairlift/kit/testing/eventually.ts'
import type { Part, RidesUnderTest } from '../rides-suite.ts'
import { isReady, type Release } from './release.ts'

/** The rides of a release, as the suite wants them. */
export async function ridesOf(release: Release): Promise<RidesUnderTest> {
  return { url: await release.url('rides-api'), kill: (part) => killPod(release, part) }
}

/** Kills one pod of a part after one second, and waits until it is gone. Its owner makes another one. */
async function killPod(release: Release, part: Part): Promise<void> {
  const [pod] = await release.pods(part)
  if (!pod) throw new Error(`no pod of ${part}`)
  await release.kubectl('delete', 'pod', pod.metadata.name, '--grace-period=1', '--timeout=120s')
}

/** Waits until every pod of these components is ready and posts are accepted: a test begins with a whole system. */
export async function waitUntilWhole(release: Release): Promise<void> {
  const parts = ['rides-api', 'rides-writer', 'rabbitmq', 'postgres']
  await eventually(
    'every pod is ready',
    async () => {
      const pods = await Promise.all(parts.map((part) => release.pods(part)))
      return pods.every((some) => some.length > 0 && some.every(isReady))
    },
    240_000,
    500,
  )
  const url = await release.url('rides-api')
  await eventually(
    'posts are accepted',
    async () => {
      const answer = await fetch(`${url}/skiers/1/seasons/1997/days/1/skiers/1`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"time":217,"liftID":21}',
      })
      return answer.status === 201
    },
    120_000,
    200,
  )
}
