import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isTolerated, scaleDownLimit, scaleUpLimit, stabilize } from './limits.ts'
import type { ScaleEvent, ScalingRules } from './types.ts'

// Golden vectors of autoscaling/v2: KEP-853, KEP-4951 and horizontal_test.go of Kubernetes.

const nowMs = 1_000_000
type Given = Partial<Omit<ScalingRules, 'policies'>> & {
  policies?: [ScalingRules['policies'][number]['type'], number, number][]
}
const rules = ({ policies = [], ...rest }: Given = {}): ScalingRules => ({
  stabilizationWindowMs: 0,
  selectPolicy: 'Max',
  tolerance: 0.1,
  ...rest,
  policies: policies.map(([type, value, seconds]) => ({ type, value, periodMs: seconds * 1_000 })),
})
/** A change so many seconds ago. */
const event = (secondsAgo: number, change: number): ScaleEvent => ({
  atMs: nowMs - secondsAgo * 1_000,
  from: 10,
  to: 10 + change,
})

describe('the tolerance', () => {
  for (const [exact, replicas, up, down, tolerated] of [
    [11, 10, 0.1, 0.1, true],
    [11.001, 10, 0.1, 0.1, false],
    [9, 10, 0.1, 0.1, true],
    [8.999, 10, 0.1, 0.1, false],
    [10, 10, 0, 0, true],
    [10.01, 10, 0, 0.5, false],
    [5, 10, 0, 0.5, true],
    [33, 30, 0.1, 0.1, true],
    [0, 0, 0.1, 0.1, false],
    [1, 0, 0.1, 0.1, false],
  ] as const)
    test(`${exact} against ${replicas} with +${up} −${down}: ${tolerated ? 'stay' : 'act'}`, () => {
      assert.equal(
        isTolerated(exact, replicas, rules({ tolerance: up }), rules({ tolerance: down })),
        tolerated,
      )
    })
})

describe('scale-up policies', () => {
  const defaults: Given['policies'] = [
    ['Percent', 100, 15],
    ['Pods', 4, 15],
  ]
  for (const [title, given, replicas, events, limit] of [
    ['without any there is no limit', {}, 3, [], Number.POSITIVE_INFINITY],
    ['the defaults of autoscaling/v2 let 1 become 5', { policies: defaults }, 1, [], 5],
    ['the defaults let 10 become 20', { policies: defaults }, 10, [], 20],
    ['what was added in the period counts', { policies: defaults }, 10, [event(10, 5)], 10],
    ['what was added before the period does not', { policies: defaults }, 10, [event(15, 5)], 20],
    [
      'what was taken away in the period is given back',
      { policies: [['Pods', 4, 15]] },
      10,
      [event(5, -3)],
      17,
    ],
    ['both directions count', { policies: [['Pods', 4, 60]] }, 10, [event(5, -3), event(20, 4)], 13],
    [
      'Max takes the policy that allows more',
      {
        policies: [
          ['Pods', 2, 15],
          ['Percent', 50, 15],
        ],
      },
      10,
      [],
      15,
    ],
    [
      'Min takes the policy that allows less',
      {
        selectPolicy: 'Min',
        policies: [
          ['Pods', 2, 15],
          ['Percent', 50, 15],
        ],
      },
      10,
      [],
      12,
    ],
    ['Min with one policy does not freeze', { selectPolicy: 'Min', policies: [['Pods', 2, 15]] }, 10, [], 12],
    ['Disabled stays', { selectPolicy: 'Disabled', policies: defaults }, 10, [], 10],
    ['percentages are rounded up', { policies: [['Percent', 10, 15]] }, 5, [], 6],
    ['a limit below the present is the present', { policies: [['Pods', 4, 60]] }, 20, [event(5, 15)], 20],
    ['a percentage of none allows none', { policies: [['Percent', 100, 15]] }, 0, [], 0],
  ] as [string, Given, number, ScaleEvent[], number][])
    test(title, () => assert.equal(scaleUpLimit(rules(given), replicas, events, nowMs), limit))
})

describe('scale-down policies', () => {
  for (const [title, given, replicas, events, limit] of [
    ['without any there is no limit', {}, 30, [], 0],
    ['the default of autoscaling/v2 lets all go', { policies: [['Percent', 100, 15]] }, 30, [], 0],
    ['five pods a minute', { policies: [['Pods', 5, 60]] }, 20, [], 15],
    ['what was taken away in the period counts', { policies: [['Pods', 5, 60]] }, 18, [event(30, -2)], 15],
    [
      'what was added in the period must go too before it counts',
      { policies: [['Pods', 5, 60]] },
      20,
      [event(30, 4)],
      11,
    ],
    [
      'Max takes the policy that takes more',
      {
        policies: [
          ['Pods', 5, 60],
          ['Percent', 50, 60],
        ],
      },
      30,
      [],
      15,
    ],
    [
      'Min takes the policy that takes less',
      {
        selectPolicy: 'Min',
        policies: [
          ['Pods', 5, 60],
          ['Percent', 50, 60],
        ],
      },
      30,
      [],
      25,
    ],
    ['Disabled stays', { selectPolicy: 'Disabled' }, 30, [], 30],
    ['percentages are rounded down, for more to go', { policies: [['Percent', 20, 60]] }, 6, [], 4],
    ['a limit above the present is the present', { policies: [['Pods', 2, 60]] }, 10, [event(5, -6)], 10],
    ['never below none', { policies: [['Pods', 50, 60]] }, 10, [], 0],
  ] as [string, Given, number, ScaleEvent[], number][])
    test(title, () => assert.equal(scaleDownLimit(rules(given), replicas, events, nowMs), limit))
})

describe('stabilization', () => {
  const windows = { upMs: 60_000, downMs: 300_000 }
  const ago = (seconds: number, replicas: number) => ({ atMs: nowMs - seconds * 1_000, replicas })
  for (const [title, replicas, proposed, past, wanted, limitedBy] of [
    ['up goes only as far as the whole window agreed', 3, 8, [ago(30, 5)], 5, 'ScaleUpStabilization'],
    ['up forgets what is older than its window', 3, 8, [ago(60, 5)], 8, null],
    ['up stays when the window wanted less', 3, 8, [ago(30, 2)], 3, 'ScaleUpStabilization'],
    [
      'down stays above the greatest of the window',
      10,
      4,
      [ago(299, 7), ago(100, 5)],
      7,
      'ScaleDownStabilization',
    ],
    [
      'down forgets what is older than its window',
      10,
      4,
      [ago(300, 7), ago(100, 5)],
      5,
      'ScaleDownStabilization',
    ],
    ['down goes where all agree', 10, 4, [ago(200, 4), ago(100, 3)], 4, null],
    ['both windows are looked at, whatever the direction', 5, 5, [ago(20, 9), ago(10, 2)], 5, null],
    ['without a past the proposal counts', 5, 9, [], 9, null],
  ] as const)
    test(title, () => {
      const recommendations = [...past, { atMs: nowMs, replicas: proposed }]
      assert.deepEqual(stabilize(replicas, proposed, recommendations, windows, nowMs), {
        replicas: wanted,
        limitedBy,
      })
    })
})
