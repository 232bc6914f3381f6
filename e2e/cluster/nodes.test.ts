import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { isTestbed, kubectl, list } from '../harness/cluster/cluster.ts'
import { runCommand } from '../harness/cluster/command.ts'
import { installRelease, isReady, type Release, ridesAlone } from '../harness/cluster/release.ts'
import { ridesOf, waitUntilWhole } from '../harness/cluster/rides-release.ts'
import { describeRun, runWithFault } from '../harness/rides-suite.ts'

/** Longer than the 40 s after which a node is taken for lost. */
const cutMs = 60_000

describe('the loss of a node', { timeout: 900_000 }, () => {
  let release: Release
  let nodes: string[]

  before(async () => {
    nodes = (await list('nodes')).map(({ metadata }) => metadata.name)
    assert.ok(nodes.length >= 2, 'these tests need two nodes')
    release = await installRelease({ set: [...ridesAlone, 'rides.api.autoscaling.enabled=false'] })
  })
  beforeEach(() => waitUntilWhole(release))
  after(() => release?.[Symbol.asyncDispose]())

  const nodesOf = async (component: string) =>
    new Set((await release.pods(component)).map(({ spec }) => spec.nodeName as string))
  const where = async () => {
    const parts = ['rides-api', 'rides-writer', 'rabbitmq', 'postgres']
    const places = await Promise.all(parts.map(async (part) => `${part}: ${[...(await nodesOf(part))]}`))
    return places.join('; ')
  }
  const untilReady = (node: string) =>
    eventually(
      `${node} is ready`,
      async () => (await list('nodes')).some((one) => one.metadata.name === node && isReady(one)),
      180_000,
      500,
    )

  test('the API and the writers are spread over the nodes', async (t) => {
    t.diagnostic(await where())
    assert.ok((await nodesOf('rides-api')).size >= 2)
    assert.ok((await nodesOf('rides-writer')).size >= 2)
  })

  test('a node that is cut off for 60 s costs no accepted ride', {
    skip: !isTestbed && 'no link to cut',
  }, async (t) => {
    const link = (state: 'up' | 'down') => runCommand(['ip', 'link', 'set', 'node-2', state])
    // By the clock, so that the run lasts longer than the cut, however fast the machine is.
    const run = await runWithFault(
      await ridesOf(release),
      { threads: 32, requests: 10_000, rate: 100 },
      async () => {
        await link('down')
        try {
          await delay(cutMs)
          const lost = (await list('nodes'))
            .filter((node) => !isReady(node))
            .map(({ metadata }) => metadata.name)
          t.diagnostic(`lost after ${cutMs / 1_000} s: ${lost}`)
        } finally {
          await link('up')
        }
        await untilReady('node-2')
      },
    )
    describeRun(t, run)
  })

  test('a node that is drained costs no accepted ride', async (t) => {
    const node = [...(await nodesOf('rides-api'))].sort().at(-1) as string
    t.diagnostic(`draining ${node}; ${await where()}`)
    const run = await runWithFault(
      await ridesOf(release),
      { threads: 16, requests: 6_000, rate: 100 },
      async () => {
        try {
          await kubectl([
            'drain',
            node,
            '--ignore-daemonsets',
            '--delete-emptydir-data',
            '--timeout=240s',
            '--pod-selector',
            `app.kubernetes.io/instance=${release.name}`,
          ])
          t.diagnostic(`drained; ${await where()}`)
        } finally {
          await kubectl(['uncordon', node])
        }
      },
    )
    describeRun(t, run)
  })
})
