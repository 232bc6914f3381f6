import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compareAtRandom, compareInScenarios } from './compare.ts'
import { QueueModel } from './queue-model.ts'

describe('the policy in the simulation', () => {
  for (const { own, handTuned } of compareInScenarios()) {
    test(`${own.scenario}: at most 1 % of the messages are late`, () => {
      assert.ok(own.lateShare <= 0.01, `${own.lateShare}`)
    })
    test(`${own.scenario}: no more pod-minutes than KEDA tuned by hand`, (t) => {
      t.diagnostic(`${own.podMinutes.toFixed(0)} against ${handTuned.podMinutes.toFixed(0)}`)
      assert.ok(own.podMinutes <= handTuned.podMinutes)
    })
  }
  test('scenarios that nobody chose: at most 1 % late in each, and fewer pod-minutes altogether', () => {
    const results = compareAtRandom(8)
    for (const { own } of results) assert.ok(own.lateShare <= 0.01, `${own.scenario}: ${own.lateShare}`)
    const sum = (key: 'own' | 'handTuned') => results.reduce((total, one) => total + one[key].podMinutes, 0)
    assert.ok(sum('own') <= sum('handTuned'))
  })
})

describe('the model of a queue', () => {
  test('counts who waited too long, first in, first out', () => {
    const model = new QueueModel({ maxMessageAgeSeconds: 2, startupSeconds: 3, initialReplicas: 0 })
    model.step(0, 100, 50)
    model.scale(1, 1)
    for (let second = 1; second <= 5; second++) model.step(second, 0, 50)
    // One consumer, ready at second 4: 50 then, 50 one second later; all of them waited more than 2 s.
    assert.equal(model.late, 100)
    assert.equal(model.longestWaitSeconds, 5)
    assert.equal(model.podSeconds, 5)
    assert.equal(model.moments.at(-1)?.ready, 0)
  })
  test('keeps every message: published is waiting and done', () => {
    const model = new QueueModel({ maxMessageAgeSeconds: 2, startupSeconds: 1, initialReplicas: 2 })
    for (let second = 0; second < 50; second++) {
      model.scale(1 + (second % 5), second)
      model.step(second, second * 7, 30)
      const { ready, published, acknowledged } = model.moments.at(-1) as (typeof model.moments)[number]
      assert.ok(Math.abs(published - ready - acknowledged) < 1e-6)
    }
  })
})
