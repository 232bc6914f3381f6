import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capturedLog } from '../testing/captured-log.ts'
import { StopPhases } from './stop-phases.ts'

test('phases run one after the other, the last added first', async () => {
  const order: string[] = []
  const stop = new StopPhases(capturedLog().log, 1_000)
  stop.add('pool', () => order.push('pool'))
  stop.add('server', async () => {
    order.push('server begins')
    await new Promise((resolve) => setImmediate(resolve))
    order.push('server ends')
  })
  assert.equal(await stop.run(), true)
  assert.deepEqual(order, ['server begins', 'server ends', 'pool'])
})

test('a phase that fails or hangs is reported and does not keep the others from running', async () => {
  const order: string[] = []
  const { log, lines } = capturedLog()
  const stop = new StopPhases(log, 1_000)
  stop.add('last', () => order.push('last'))
  stop.add('throwing', () => {
    throw new Error('thrown')
  })
  stop.add('rejecting', () => Promise.reject(new Error('rejected')))
  stop.add('hanging', () => Promise.withResolvers<void>().promise, 10)
  stop.add('first', () => order.push('first'))
  assert.equal(await stop.run(), false)
  assert.deepEqual(order, ['first', 'last'])
  const failed = lines.filter((line) => line.msg === 'stop phase failed')
  assert.deepEqual(
    failed.map((line) => [line['phase'], (line['err'] as Error).message]),
    [
      ['hanging', 'took longer than 10 ms'],
      ['rejecting', 'rejected'],
      ['throwing', 'thrown'],
    ],
  )
})

test('a second run gets the first one’s result and repeats nothing', async () => {
  let runs = 0
  const stop = new StopPhases(capturedLog().log, 1_000)
  stop.add('once', () => {
    runs++
    throw new Error('broken')
  })
  assert.deepEqual(await Promise.all([stop.run(), stop.run()]), [false, false])
  assert.equal(await stop.run(), false)
  assert.equal(runs, 1)
})
