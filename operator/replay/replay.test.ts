import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decide } from '../decide/decide.ts'
import { emptyHistory } from '../decide/history.ts'
import { policyOf, signalsOf, startMs } from '../decide/testing/example-world.ts'
import { DecisionLog } from './decision-log.ts'
import { replayLog } from './replay-log.ts'

/** The log of a scaler over so many decisions, two seconds apart, with a queue that comes and goes. */
function writeLog(scaler: string, decisions: number): string[] {
  const log = new DecisionLog(scaler)
  const policy = policyOf({ minReplicas: 0, idleCooldown: '10s', fallback: { after: '10s', replicas: 3 } })
  let [history, replicas] = [emptyHistory(), 1]
  return Array.from({ length: decisions }, (_, index) => {
    const nowMs = startMs + index * 2_000
    const wave = Math.sin(index / 20) * 5_000
    const ready = index % 37 === 0 ? null : Math.max(0, Math.round(wave))
    const signals = signalsOf(
      { replicas, ready, published: index * 400, messages: index * 100, busySeconds: index * 1.9 },
      nowMs,
    )
    const outcome = decide(policy, history, signals, nowMs)
    const line = log.line(policy, history, signals, nowMs, outcome)
    history = outcome.history
    replicas = outcome.decision.desiredReplicas
    return JSON.stringify({ level: 30, time: nowMs, ...line })
  })
}

async function* from(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

describe('a decision log', () => {
  test('is reproduced decision by decision, whatever stands between the lines', async () => {
    const [a, b] = [writeLog('shop/orders', 350), writeLog('shop/mails', 350)]
    const mixed = a.flatMap((line, index) => [
      line,
      'listening on 8080',
      `2026-01-01T00:00:00Z pod ${b[index]}`,
      '{"msg":"ready"}',
    ])
    const report = await replayLog(from(mixed))
    assert.deepEqual(
      { ...report, deviations: report.deviations.length },
      {
        replayed: 700,
        skipped: 0,
        otherLines: 700,
        scalers: ['shop/orders', 'shop/mails'],
        deviations: 0,
      },
    )
  })

  test('shows where it was made otherwise', async () => {
    const lines = writeLog('shop/orders', 50)
    const changed = JSON.parse(lines[20] as string)
    changed.decision.desiredReplicas += 1
    lines[20] = JSON.stringify(changed)
    const { deviations, replayed } = await replayLog(from(lines))
    assert.equal(replayed, 50)
    assert.deepEqual(
      deviations.map(({ lineNumber }) => lineNumber),
      [21],
    )
  })

  test('that begins in the middle is taken up at the next history', async () => {
    const report = await replayLog(from(writeLog('shop/orders', 350).slice(30)))
    assert.deepEqual([report.skipped, report.replayed, report.deviations.length], [70, 250, 0])
  })

  test('with a gap is not guessed across', async () => {
    const lines = writeLog('shop/orders', 220)
    const report = await replayLog(from([...lines.slice(0, 50), ...lines.slice(60)]))
    assert.deepEqual([report.skipped, report.replayed, report.deviations.length], [40, 170, 0])
  })

  test('with half a decision is refused with its line', async () => {
    await assert.rejects(replayLog(from(['{"msg":"decided","scaler":"x"}'])), /line 1 says it is a decision/)
  })
})
