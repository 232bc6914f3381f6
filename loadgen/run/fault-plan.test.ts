import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import type { Fault } from '../experiment/experiment.ts'
import { planFaults } from './fault-plan.ts'

const fault = (atMs: number): Fault => ({ atMs, kill: { system: 'rides', process: 'writer' }, forMs: 0 })

function injector(harm: () => Promise<void> = () => Promise.resolve()) {
  const injected: number[] = []
  return {
    injected,
    check: () => undefined,
    async inject({ atMs }: Fault) {
      injected.push(atMs)
      await harm()
    },
  }
}

test('faults come by the clock of the measured part, in their order, once', async () => {
  const to = injector()
  const plan = planFaults([fault(1_000), fault(1_040)], to)
  plan.begun()
  plan.begun()
  await eventually('both have come', () => to.injected.length === 2)
  await plan.ended()
  assert.deepEqual(to.injected, [1_000, 1_040])
  assert.deepEqual(
    plan.checks().map(({ passed }) => passed),
    [true],
  )
})

test('a fault that the load did not live to see fails its check', async () => {
  const to = injector()
  const plan = planFaults([fault(60_000)], to)
  plan.begun()
  await plan.ended()
  assert.deepEqual([to.injected.length, plan.checks()[0]?.passed, plan.checks()[0]?.actual], [0, false, 0])
})

test('the end waits for a fault that is under way, and one that could not be done says why', async () => {
  const { promise, reject } = Promise.withResolvers<void>()
  const to = injector(() => promise)
  const plan = planFaults([fault(1_000)], to)
  plan.begun()
  await eventually('it is under way', () => to.injected.length === 1)
  let isOver = false
  const end = plan.ended().then(() => {
    isOver = true
  })
  await Promise.resolve()
  assert.equal(isOver, false)
  reject(new Error('postgres is not ours'))
  await end
  assert.deepEqual([plan.checks()[0]?.passed, plan.checks()[0]?.detail], [false, 'postgres is not ours'])
})

test('a run that never began, and one without faults', async () => {
  await planFaults([fault(1_000)], injector()).ended()
  assert.deepEqual(planFaults([], undefined).checks(), [])
})
