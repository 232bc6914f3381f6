import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LoadOutcome, OperationOutcome } from './load-outcome.ts'
import { runLoad, TargetUnreachableError } from './run-load.ts'
import { closedGroup, fixedPlan, startTestServer } from './testing/test-server.ts'
import { type LoadPlan, outcome } from './types.ts'

const engines: LoadPlan['engine'][] = ['raw', 'undici']

function only({ operations }: LoadOutcome): OperationOutcome {
  assert.deepEqual(Object.keys(operations), ['fixed'])
  return operations.fixed as OperationOutcome
}

for (const engine of engines) {
  test(`every item is sent exactly once, over several workers (${engine})`, async () => {
    const seen = new Map<string, number>()
    await using server = await startTestServer((request, response) => {
      const path = request.url ?? ''
      seen.set(path, (seen.get(path) ?? 0) + 1)
      response.end('{}')
    })
    const groups = [
      closedGroup(7, 500, { name: 'shared', firstItem: 100 }),
      closedGroup(5, 20, { name: 'each', work: { kind: 'each', items: 20 } }),
    ]
    const result = await runLoad(fixedPlan(server.url, groups, { steps: 2 }, { workers: 3, engine }))
    assert.equal(seen.size, 1_200)
    assert.ok([...seen.values()].every((times) => times === 1))
    const { fixed0, fixed1 } = result.operations
    assert.deepEqual([fixed0?.count, fixed1?.count, fixed0?.ok, fixed1?.ok], [600, 600, 600, 600])
    for (let item = 0; item < 600; item++) {
      for (const step of [0, 1]) {
        assert.deepEqual(result.ledger.read(item, step), { outcome: outcome.ok, hadAmbiguousAttempt: false })
      }
    }
    assert.throws(() => result.ledger.read(600, 0), RangeError)
    assert.equal(result.validity.connections, 12)
    assert.equal(result.validity.reconnects, 0)
  })

  test(`RID-D9 ALB-D20 a server that answers 500 once per request causes no final failure (${engine})`, async () => {
    const failedOnce = new Set<string>()
    await using server = await startTestServer((request, response) => {
      const path = request.url ?? ''
      response.statusCode = failedOnce.has(path) ? 201 : 500
      failedOnce.add(path)
      response.end()
    })
    const result = await runLoad(
      fixedPlan(server.url, [closedGroup(8, 300)], { method: 'POST', body: '{}' }, { engine }),
    )
    const { count, ok, failed, retries, attempts, byStatus, latency, failedLatency } = only(result)
    assert.deepEqual([count, ok, failed, retries, attempts], [300, 300, 0, 300, 600])
    assert.deepEqual(byStatus, { 201: 300, 500: 300 })
    assert.deepEqual([latency.count, failedLatency.count], [300, 300])
    assert.deepEqual(result.ledger.read(17, 0), { outcome: outcome.ok, hadAmbiguousAttempt: true })
  })

  test(`RID-D11 connections reset under 1 % of the requests end no thread: everything is sent (${engine})`, async () => {
    const answered = new Set<string>()
    let requests = 0
    await using server = await startTestServer((request, response) => {
      requests++
      if (requests % 100 === 50) request.socket.resetAndDestroy()
      else {
        answered.add(request.url ?? '')
        response.end()
      }
    })
    const result = await runLoad(fixedPlan(server.url, [closedGroup(16, 3_000)], {}, { engine }))
    const { count, ok, attempts, byStatus } = only(result)
    assert.deepEqual([count, ok], [3_000, 3_000])
    assert.equal(answered.size, 3_000)
    assert.equal(attempts, requests)
    assert.ok((byStatus[0] ?? 0) >= 30)
    assert.equal(byStatus[0], result.validity.reconnects)
  })

  test(`ALB-D15 a request without an answer ends as a time-out and is retried on a new connection (${engine})`, async () => {
    const asked = new Map<string, number>()
    await using server = await startTestServer((request, response) => {
      const path = request.url ?? ''
      asked.set(path, (asked.get(path) ?? 0) + 1)
      if (path !== '/3/0') response.end()
    })
    const more = { engine, requestTimeoutMs: 100, retry: { limit: 2, mode: 'all' } } as const
    const result = await runLoad(fixedPlan(server.url, [closedGroup(2, 20)], {}, more))
    const { ok, failed, retries, byStatus, noAnswer } = only(result)
    assert.deepEqual([ok, failed, retries], [19, 1, 2])
    assert.deepEqual(byStatus, { 0: 3, 200: 19 })
    assert.deepEqual(noAnswer, { timeout: 3 })
    assert.equal(asked.get('/3/0'), 3)
    assert.deepEqual(result.ledger.read(3, 0), { outcome: outcome.ambiguous, hadAmbiguousAttempt: true })
  })

  test(`ALB-D21 a request that failed is repeated alone, never with the others of its item (${engine})`, async () => {
    const asked = new Map<string, number>()
    await using server = await startTestServer((request, response) => {
      const path = request.url ?? ''
      const times = (asked.get(path) ?? 0) + 1
      asked.set(path, times)
      response.statusCode = path.endsWith('/1') && times === 1 ? 503 : 200
      response.end()
    })
    const result = await runLoad(fixedPlan(server.url, [closedGroup(4, 50)], { steps: 3 }, { engine }))
    const timesOf = (step: number) =>
      [...asked].filter(([path]) => path.endsWith(`/${step}`)).map(([, n]) => n)
    assert.deepEqual(new Set(timesOf(0)), new Set([1]))
    assert.deepEqual(new Set(timesOf(1)), new Set([2]))
    assert.deepEqual(new Set(timesOf(2)), new Set([1]))
    assert.equal(result.operations.fixed1?.retries, 50)
  })

  test(`a server that closes after every answer costs reconnects, not attempts (${engine})`, async () => {
    await using server = await startTestServer((_request, response) => {
      response.setHeader('Connection', 'close')
      response.end('bye')
    })
    const result = await runLoad(fixedPlan(server.url, [closedGroup(3, 60)], {}, { engine }))
    const { ok, attempts } = only(result)
    assert.deepEqual([ok, attempts], [60, 60])
    assert.equal(result.validity.reconnects, 57)
  })
}

test("a final 4xx is a rejection: retried in mode 'all', not in mode 'transient'", async () => {
  await using server = await startTestServer((_request, response) => {
    response.statusCode = 404
    response.end()
  })
  const attempts = async (mode: 'all' | 'transient') => {
    const result = await runLoad(
      fixedPlan(server.url, [closedGroup(2, 10)], {}, { retry: { limit: 5, mode } }),
    )
    assert.deepEqual(result.ledger.read(9, 0), { outcome: outcome.rejected, hadAmbiguousAttempt: false })
    assert.equal(only(result).failed, 10)
    return only(result).attempts
  }
  assert.deepEqual([await attempts('all'), await attempts('transient')], [60, 10])
})

test('the course of a run adds up: seconds, histograms, counts and attempts', async () => {
  let requests = 0
  await using server = await startTestServer((_request, response) => {
    requests++
    response.statusCode = requests % 7 === 0 ? 503 : 200
    response.end()
  })
  const heard: number[] = []
  const plan = fixedPlan(
    server.url,
    [closedGroup(4, 4_000)],
    {},
    { workers: 2, retry: { limit: 1, mode: 'all' } },
  )
  const result = await runLoad(plan, { onSecond: ({ second }) => heard.push(second) })
  const { count, ok, failed, retries, attempts, byStatus, latency, failedLatency } = only(result)
  const sum = (of: (second: LoadOutcome['seconds'][number]) => number) =>
    result.seconds.reduce((total, second) => total + of(second), 0)
  assert.deepEqual(
    heard,
    result.seconds.map(({ second }) => second),
  )
  assert.equal(count, 4_000)
  assert.equal(ok + failed, count)
  assert.equal(attempts, count + retries)
  assert.equal(attempts, requests)
  assert.equal((byStatus[200] ?? 0) + (byStatus[503] ?? 0), attempts)
  assert.deepEqual([latency.count, failedLatency.count], [byStatus[200], byStatus[503]])
  assert.equal(
    sum(({ completed }) => completed),
    count,
  )
  assert.equal(
    sum(({ errors }) => errors),
    failed,
  )
  assert.equal(
    sum(({ operations }) => operations.fixed?.latency.count ?? 0),
    latency.count,
  )
  assert.ok(Math.abs(result.throughput.all * result.wallSeconds - count) < 1e-6)
  const { threadSeconds, requestSeconds, pausedSeconds } = result.validity.littlesLaw
  assert.ok(requestSeconds > 0 && requestSeconds + pausedSeconds <= threadSeconds)
})

test('a warm-up is counted and in the ledger, but not measured', async () => {
  await using server = await startTestServer((_request, response) => response.end())
  const groups = [
    closedGroup(4, 40, { name: 'warm-up', measured: false }),
    closedGroup(8, 80, {
      name: 'main',
      firstItem: 40,
      start: { kind: 'afterDone', group: 'warm-up', threads: 4 },
    }),
  ]
  const result = await runLoad(fixedPlan(server.url, groups))
  assert.equal(only(result).count, 80)
  assert.equal(only(result).latency.count, 80)
  assert.equal(result.unmeasured.fixed?.count, 40)
  assert.equal(result.ledger.read(0, 0).outcome, outcome.ok)
  const [warmUp, main] = result.groups
  assert.ok((warmUp?.endedSecond ?? 1) <= (main?.startedSecond ?? 0))
  assert.ok(result.totalWallSeconds > result.wallSeconds)
})

test('RID-D12 threads without an item end at once: the run is over within 1 s of the last answer', async () => {
  let lastAnswerMs = 0
  await using server = await startTestServer((_request, response) => {
    response.end(() => {
      lastAnswerMs = performance.now()
    })
  })
  const result = await runLoad(fixedPlan(server.url, [closedGroup(64, 10)]))
  assert.equal(only(result).count, 10)
  assert.ok(performance.now() - lastAnswerMs < 1_000)
})

test('RID-I8 threads of a closed loop wait for an item 0 times', async () => {
  await using server = await startTestServer((_request, response) => response.end())
  const result = await runLoad(fixedPlan(server.url, [closedGroup(32, 5_000)], { steps: 2 }, { workers: 2 }))
  assert.equal(result.validity.waitsForItem, 0)
})

test('a target nobody listens on is reported as unreachable', async () => {
  const server = await startTestServer(() => {})
  await server.stop()
  const plan = fixedPlan(server.url, [closedGroup(2, 10)], {}, { connectTimeoutMs: 100 })
  await assert.rejects(runLoad(plan), TargetUnreachableError)
})

test('requests that find no connection for the whole time-out fail unsent, and are no attempts', async () => {
  await using server = await startTestServer((_request, response) => {
    server.refuse()
    response.setHeader('Connection', 'close')
    response.end()
  })
  const result = await runLoad(fixedPlan(server.url, [closedGroup(1, 3)], {}, { connectTimeoutMs: 50 }))
  const { count, ok, failed, unsent, retries, attempts } = only(result)
  assert.deepEqual([count, ok, failed, unsent, retries, attempts], [3, 1, 2, 2, 0, 1])
  assert.deepEqual(result.ledger.read(2, 0), { outcome: outcome.unsent, hadAmbiguousAttempt: false })
})

test('an outage shorter than the connect time-out fails no request', async () => {
  let requests = 0
  await using server = await startTestServer((_request, response) => {
    requests++
    if (requests !== 50) response.end()
    else void server.stop().then(() => server.resume())
  })
  const result = await runLoad(fixedPlan(server.url, [closedGroup(4, 200)]))
  const { ok, unsent } = only(result)
  assert.deepEqual([ok, unsent], [200, 0])
})

test('aborting ends the run, and requests in flight are ambiguous', async () => {
  const stop = new AbortController()
  await using server = await startTestServer((request, response) => {
    if (request.url === '/5/0') stop.abort()
    else if (Number(request.url?.split('/')[1]) < 5) response.end()
  })
  const result = await runLoad(fixedPlan(server.url, [closedGroup(1, 100)]), {}, stop.signal)
  assert.equal(result.aborted, true)
  const outcomes = Array.from({ length: 7 }, (_, item) => result.ledger.read(item, 0).outcome)
  assert.deepEqual(outcomes, [1, 1, 1, 1, 1, outcome.ambiguous, outcome.unsent])
  assert.deepEqual(only(result).noAnswer, { aborted: 1 })
})

test('a signal that is aborted already starts nothing', async () => {
  const plan = fixedPlan('http://127.0.0.1:9', [closedGroup(1, 1)])
  await assert.rejects(runLoad(plan, {}, AbortSignal.abort(new Error('not today'))), /not today/)
})

test('a worker that crashes makes the run reject with the reason', async () => {
  await using server = await startTestServer((_request, response) => response.end())
  const plan = fixedPlan(server.url, [closedGroup(4, 100)], { crashAtItem: 42 }, { workers: 2 })
  await assert.rejects(runLoad(plan), /load worker \d crashed: asked to crash at item 42/)
})

test('a hook that throws makes the run reject', async () => {
  await using server = await startTestServer((_request, response) => response.end())
  const onSecond = () => {
    throw new Error('no more seconds, please')
  }
  await assert.rejects(runLoad(fixedPlan(server.url, [closedGroup(1, 10)]), { onSecond }), /no more seconds/)
})

test('a breaker parks the threads, and every request is still sent', async () => {
  await using server = await startTestServer((_request, response) => response.end())
  const limiter = { kind: 'breaker', open: 20, close: 10 } as const
  const result = await runLoad(fixedPlan(server.url, [closedGroup(4, 40)], {}, { limiter, workers: 2 }))
  assert.equal(only(result).ok, 40)
  assert.ok(result.validity.littlesLaw.pausedSeconds > 1, 'four threads were parked for a second')
})

test('a ramp connects each thread at its own start', async () => {
  await using server = await startTestServer((_request, response) => response.end())
  const start = { kind: 'immediately', delayMs: 10, rampMs: 100 } as const
  const group = closedGroup(4, 10, { start, work: { kind: 'each', items: 10 } })
  const result = await runLoad(fixedPlan(server.url, [group], {}, { workers: 2 }))
  assert.equal(only(result).ok, 40)
  assert.equal(result.validity.connections, 4)
})

test('an open model sends every arrival once and measures its schedule lag', async () => {
  const seen = new Set<string>()
  await using server = await startTestServer((request, response) => {
    seen.add(request.url ?? '')
    response.end()
  })
  for (const distribution of ['constant', 'poisson'] as const) {
    seen.clear()
    const open = { ratePerSecond: 1_000, distribution, maxInFlight: 1_000 }
    const result = await runLoad(fixedPlan(server.url, [closedGroup(6, 200, { open })], {}, { workers: 2 }))
    assert.equal(only(result).ok, 200)
    assert.equal(seen.size, 200)
    assert.equal(result.validity.scheduleLag.count, 200)
    assert.deepEqual([result.groups[0]?.scheduled, result.groups[0]?.dropped], [200, 0])
  }
})

test('a plan that cannot be carried out is refused with everything that is wrong', async () => {
  const groups = [
    closedGroup(0, 10, { name: 'none' }),
    closedGroup(2, 10, {
      name: 'late',
      firstItem: 5,
      start: { kind: 'afterDone', group: 'later', threads: 1 },
    }),
  ]
  const plan = fixedPlan('ftp://example', groups, {}, { retry: { limit: 6, mode: 'all' } })
  await assert.rejects(runLoad(plan), (error: Error) => {
    assert.ok(error instanceof RangeError)
    for (const part of [
      'group none: threads',
      'later, which is no earlier',
      'in common',
      'retry.limit',
      'target',
    ]) {
      assert.ok(error.message.includes(part), `${part} in: ${error.message}`)
    }
    return true
  })
})
