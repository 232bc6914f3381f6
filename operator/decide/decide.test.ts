import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { notPaused, readPause } from '../queue-scaler/annotations.ts'
import { decide } from './decide.ts'
import { emptyHistory } from './history.ts'
import { decideOver, type Moment, policyOf, signalsOf, startMs } from './testing/example-world.ts'
import type { Signals } from './types.ts'

const byDepth = { objective: { messagesPerReplica: 100 } }
const times = (count: number, moment: (index: number) => Moment) =>
  Array.from({ length: count }, (_, index) => moment(index))
/** Two consumers with 50 messages a second each, always busy, and messages that wait. */
const busy = (index: number, change: Partial<Moment> = {}): Moment => ({
  replicas: 2,
  ready: 1_000,
  published: index * 200,
  messages: index * 100,
  busySeconds: index * 2,
  ...change,
})

describe('messagesPerReplica', () => {
  test('asks for a replica for so many messages, waiting or in work', () => {
    const { decision } = decideOver(policyOf(byDepth), [{ replicas: 2, ready: 950, unacknowledged: 40 }])
    assert.equal(decision.desiredReplicas, 10)
    assert.equal(decision.bindingRule, 'MessagesPerReplica')
    assert.equal(decision.write, true)
  })
  test('stays within the tolerance, inclusive', () => {
    const { decision } = decideOver(policyOf(byDepth), [{ replicas: 10, ready: 1_100 }])
    assert.deepEqual([decision.desiredReplicas, decision.limitedBy, decision.write], [10, 'Tolerance', false])
  })
  test('takes nothing away while it is not known what is in work', () => {
    const { decision } = decideOver(
      policyOf(byDepth),
      times(100, () => ({ replicas: 10, ready: 100, unacknowledged: null })),
    )
    assert.deepEqual([decision.desiredReplicas, decision.limitedBy], [10, 'UnknownSignal'])
  })
})

describe('maxMessageAge', () => {
  test('measures what a consumer does and asks for enough of them', () => {
    const { decision } = decideOver(
      policyOf(),
      times(8, (index) => busy(index, { ready: 16_000 })),
    )
    // 30 s less 10 s of start-up and 2 s between looks: 15800 in 18 s by consumers with 50 a second.
    assert.equal(decision.inputs.messagesPerSecondPerConsumer, 50)
    assert.equal(decision.inputs.arrivalPerSecond, 100)
    assert.deepEqual([decision.desiredReplicas, decision.bindingRule], [18, 'DrainBacklog'])
    assert.match(
      decision.explanation,
      /100 msg\/s in, 50 msg\/s per consumer: 3 keep up at 95 %; with 16000 waiting 18 are needed to be done in 18 s/,
    )
  })
  test('asks for who keeps up when little waits', () => {
    const { decision } = decideOver(
      policyOf(),
      times(8, (index) => busy(index, { ready: 10, published: index * 1_000 })),
    )
    assert.deepEqual([decision.desiredReplicas, decision.bindingRule], [11, 'KeepUpWithArrivals'])
  })
  test('infers arrivals from depth and acknowledgements where nobody counts them', () => {
    const { decision } = decideOver(
      policyOf(),
      times(8, (index) => ({
        replicas: 2,
        ready: 1_000 + index * 60,
        messages: index * 100,
        busySeconds: index * 2,
      })),
    )
    assert.equal(Math.round(decision.inputs.arrivalPerSecond ?? 0), 130)
  })
  test('knows the rate of consumers that tell nothing of themselves once messages wait all the time', () => {
    const counted = (index: number) => (nowMs: number) => {
      const signals = signalsOf({ replicas: 2, ready: 5_000, published: index * 200 }, nowMs)
      const acknowledged = { value: index * 160, atMs: nowMs }
      return { ...signals, queues: signals.queues.map((queue) => ({ ...queue, acknowledged })) }
    }
    const { decision } = decideOver(
      policyOf(),
      Array.from({ length: 12 }, (_, index) => counted(index)),
    )
    assert.equal(decision.inputs.rateSource, 'Saturation')
    assert.equal(decision.inputs.messagesPerSecondPerConsumer, 40)
  })
  test('doubles while nobody knows what a consumer does and the backlog does not shrink', () => {
    const { decision } = decideOver(
      policyOf(),
      times(8, () => ({ replicas: 3, ready: 500 })),
    )
    assert.deepEqual([decision.desiredReplicas, decision.bindingRule], [6, 'LearnRate'])
  })
  test('wakes to the full count when it remembers what a consumer does', () => {
    const { decision } = decide(
      policyOf({ minReplicas: 0 }),
      emptyHistory(50),
      signalsOf({ replicas: 0, ready: 18_000 }, startMs),
      startMs,
    )
    assert.deepEqual([decision.desiredReplicas, decision.bindingRule], [20, 'WakeUp'])
  })
  test('wakes one when it does not', () => {
    const { decision } = decideOver(policyOf({ minReplicas: 0 }), [{ replicas: 0, ready: 18_000 }])
    assert.deepEqual([decision.desiredReplicas, decision.bindingRule, decision.write], [1, 'WakeUp', true])
  })
  test('plans with the start-up time that was measured', () => {
    const { decision } = decideOver(policyOf(), [
      (nowMs) => {
        const signals = signalsOf({ replicas: 1 }, nowMs)
        return {
          ...signals,
          consumers: signals.consumers.map((one) => ({
            ...one,
            createdAtMs: nowMs - 4_000,
            readyAtMs: nowMs,
          })),
        }
      },
    ])
    assert.equal(decision.inputs.startupMs, 4_000)
  })
})

describe('what is not known', () => {
  test('a queue that cannot be seen changes nothing, and says so', () => {
    const { decision } = decideOver(
      policyOf(),
      times(200, () => ({ replicas: 7, ready: null })),
    )
    assert.deepEqual([decision.desiredReplicas, decision.bindingRule, decision.write], [7, 'Hold', false])
    assert.equal(decision.conditions.SignalFresh.status, 'False')
    assert.equal(decision.conditions.ObjectiveMet.status, 'Unknown')
  })
  test('a depth that is too old is not known', () => {
    const { decision } = decideOver(
      policyOf({ minReplicas: 0 }),
      times(400, () => ({ replicas: 7, ready: 0, ageMs: 30_001 })),
    )
    assert.deepEqual([decision.desiredReplicas, decision.bindingRule], [7, 'Hold'])
  })
  test('one queue of two is a lower bound: up, never down', () => {
    const twoQueues =
      (ready: number) =>
      (nowMs: number): Signals => {
        const signals = signalsOf({ replicas: 5, ready }, nowMs)
        return {
          ...signals,
          queues: [
            ...signals.queues,
            { ...(signals.queues[0] as Signals['queues'][number]), name: 'other', ready: null },
          ],
        }
      }
    const policy = policyOf(byDepth)
    assert.equal(decideOver(policy, [twoQueues(2_000)]).decision.desiredReplicas, 20)
    const down = decideOver(
      policy,
      Array.from({ length: 100 }, () => twoQueues(0)),
    ).decision
    assert.deepEqual([down.desiredReplicas, down.limitedBy], [5, 'UnknownSignal'])
  })
  test('after fallback.after there are at least its replicas, and never fewer than before', () => {
    const policy = policyOf({ fallback: { after: '10s', replicas: 4 } })
    assert.equal(
      decideOver(
        policy,
        times(5, () => ({ replicas: 2, ready: null })),
      ).decision.desiredReplicas,
      2,
    )
    const { decision } = decideOver(
      policy,
      times(6, () => ({ replicas: 2, ready: null })),
    )
    assert.deepEqual([decision.desiredReplicas, decision.bindingRule], [4, 'Fallback'])
    assert.equal(
      decideOver(
        policy,
        times(100, () => ({ replicas: 9, ready: null })),
      ).decision.desiredReplicas,
      9,
    )
  })
})

describe('zero', () => {
  const policy = policyOf({
    minReplicas: 0,
    idleCooldown: '10s',
    objective: { messagesPerReplica: 100 },
    behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
  })
  test('comes after the idle cooldown, not before', () => {
    const { decisions } = decideOver(
      policy,
      times(6, () => ({ replicas: 3 })),
    )
    assert.deepEqual(
      decisions.map(({ desiredReplicas }) => desiredReplicas),
      [1, 1, 1, 1, 1, 0],
    )
    assert.equal(decisions[4]?.limitedBy, 'IdleCooldown')
  })
  test('does not come while something is in work, or nobody knows', () => {
    for (const unacknowledged of [1, null])
      assert.notEqual(
        decideOver(
          policy,
          times(50, () => ({ replicas: 1, unacknowledged })),
        ).decision.desiredReplicas,
        0,
      )
  })
  test('does not come while a trickle passes between the looks', () => {
    const { decision } = decideOver(
      policy,
      times(50, (index) => ({ replicas: 1, published: Math.floor(index / 4) })),
    )
    assert.deepEqual([decision.desiredReplicas, decision.limitedBy], [1, 'IdleCooldown'])
  })
  test('is left alone when a person made it and minReplicas is not 0', () => {
    const { decision } = decideOver(policyOf(), [{ replicas: 0, ready: 1_000 }])
    assert.deepEqual(
      [decision.desiredReplicas, decision.bindingRule, decision.write],
      [0, 'SwitchedOff', false],
    )
  })
})

describe('limits', () => {
  test('replicas outside of min and max are put right at once, past every window and policy', () => {
    const behavior = {
      scaleUp: { selectPolicy: 'Disabled' as const },
      scaleDown: { selectPolicy: 'Disabled' as const },
    }
    const policy = policyOf({ minReplicas: 2, maxReplicas: 5, behavior })
    assert.equal(decideOver(policy, [{ replicas: 9 }]).decision.desiredReplicas, 5)
    assert.equal(decideOver(policy, [{ replicas: 1 }]).decision.desiredReplicas, 2)
  })
  test('after a restart nothing is taken away during the first window', () => {
    const policy = policyOf(byDepth)
    const { decisions } = decideOver(
      policy,
      times(40, () => ({ replicas: 9, ready: 100 })),
    )
    assert.ok(decisions.slice(0, 30).every(({ desiredReplicas }) => desiredReplicas === 9))
    assert.equal(decisions[31]?.desiredReplicas, 1)
  })
  test('a change that was made counts against the policies, one that was not does not', () => {
    const policy = policyOf({
      ...byDepth,
      behavior: { scaleUp: { policies: [{ type: 'Pods', value: 4, periodSeconds: 60 }] } },
    })
    const { decisions } = decideOver(policy, [
      { replicas: 1, ready: 5_000 },
      { replicas: 1, ready: 5_000 },
      { replicas: 5, ready: 5_000 },
    ])
    assert.deepEqual(
      decisions.map(({ desiredReplicas }) => desiredReplicas),
      [5, 5, 5],
    )
    assert.equal(decisions[2]?.limitedBy, 'ScaleUpPolicy')
  })
  test('a queue with a single active consumer gets one', () => {
    const { decision } = decideOver(policyOf(byDepth), [
      (nowMs) => {
        const signals = signalsOf({ replicas: 1, ready: 5_000 }, nowMs)
        return { ...signals, queues: signals.queues.map((queue) => ({ ...queue, consumerLimit: 1 })) }
      },
    ])
    assert.deepEqual([decision.desiredReplicas, decision.limitedBy], [1, 'ConsumerLimit'])
  })
  test('the brake stops adding and takes nothing away', () => {
    const policy = policyOf({ ...byDepth, brake: { health: { url: 'http://db/' } } })
    const braked = (engaged: boolean) => (nowMs: number) => ({
      ...signalsOf({ replicas: 3, ready: 5_000 }, nowMs),
      brake: { engaged, atMs: nowMs, detail: 'the database is full' },
    })
    const { decision } = decideOver(policy, [braked(true)])
    assert.deepEqual([decision.desiredReplicas, decision.limitedBy], [3, 'Brake'])
    assert.match(decision.explanation, /the database is full/)
    assert.equal(decideOver(policy, [braked(false)]).decision.desiredReplicas, 50)
    const unknown = decideOver(policy, [{ replicas: 3, ready: 5_000 }]).decision
    assert.deepEqual([unknown.desiredReplicas, unknown.conditions.SignalFresh.reason], [50, 'BrakeUnknown'])
    const held = policyOf({ ...byDepth, brake: { health: { url: 'http://db/' }, whenUnknown: 'Hold' } })
    assert.equal(decideOver(held, [{ replicas: 3, ready: 5_000 }]).decision.desiredReplicas, 3)
  })
  test('mode Observe recommends and never writes', () => {
    const { decision } = decideOver(policyOf({ ...byDepth, mode: 'Observe' }), [
      { replicas: 1, ready: 5_000 },
    ])
    assert.deepEqual([decision.desiredReplicas, decision.write], [50, false])
  })
})

describe('what does not help', () => {
  /** A queue that grows in front of a database that takes 100 a second, whoever asks. */
  function saturated(steps: number) {
    const policy = policyOf(byDepth)
    let [history, replicas] = [emptyHistory(), 2]
    const seen = []
    for (let index = 0; index < steps; index++) {
      const nowMs = startMs + index * 2_000
      const signals = signalsOf(
        { replicas, ready: 400 + index * 100, published: index * 300, unacknowledged: 0 },
        nowMs,
      )
      const counted = {
        ...signals,
        queues: signals.queues.map((queue) => ({
          ...queue,
          acknowledged: { value: index * 200, atMs: nowMs },
        })),
      }
      const outcome = decide(policy, history, counted, nowMs)
      history = outcome.history
      replicas = outcome.decision.desiredReplicas
      seen.push(outcome.decision)
    }
    return seen
  }
  test('scale-ups without an effect are held, and said', () => {
    const decisions = saturated(120)
    const last = decisions.at(-1)
    assert.deepEqual(
      [last?.limitedBy, last?.conditions.EffectiveScaling.reason],
      ['IneffectiveScaling', 'IneffectiveScaling'],
    )
    assert.ok((last?.desiredReplicas ?? 0) < (last?.neededReplicas ?? 0))
  })
  test('messages that come back undone are a storm, and nothing is added', () => {
    const { decision } = decideOver(
      policyOf(byDepth),
      times(10, (index) => ({
        replicas: 2,
        ready: 5_000,
        messages: index * 2,
        busySeconds: index,
        redelivered: index * 50,
      })),
    )
    assert.deepEqual(
      [decision.desiredReplicas, decision.limitedBy, decision.conditions.EffectiveScaling.reason],
      [2, 'RedeliveryStorm', 'RedeliveryStorm'],
    )
  })
})

describe('pause annotations', () => {
  const paused = (annotations: Record<string, string>, moment: Moment) =>
    decideOver(policyOf(byDepth), [
      (nowMs) => ({ ...signalsOf(moment, nowMs), pause: readPause(annotations) }),
    ]).decision
  test('stop everything, or one direction', () => {
    const up = { replicas: 3, ready: 5_000 }
    assert.deepEqual(
      [
        paused({ 'chairlift.dev/paused': 'true' }, up).desiredReplicas,
        paused({ 'chairlift.dev/paused': 'true' }, up).bindingRule,
      ],
      [3, 'Paused'],
    )
    assert.deepEqual(
      [
        paused({ 'chairlift.dev/paused-scale-out': 'true' }, up).desiredReplicas,
        paused({ 'chairlift.dev/paused-scale-in': 'true' }, up).desiredReplicas,
      ],
      [3, 50],
    )
    assert.equal(paused({ 'chairlift.dev/paused': 'false' }, up).desiredReplicas, 50)
  })
  test('fix a number, also none, whatever waits', () => {
    for (const fixed of [0, 7]) {
      const decision = paused(
        { 'chairlift.dev/paused-replicas': String(fixed) },
        { replicas: 3, ready: 5_000 },
      )
      assert.deepEqual(
        [decision.desiredReplicas, decision.write, decision.conditions.Paused.reason],
        [fixed, true, 'ReplicasFixed'],
      )
    }
  })
  test('a number that is none pauses', () => {
    assert.deepEqual(readPause({ 'chairlift.dev/paused-replicas': 'two' }), { ...notPaused, all: true })
  })
})
