import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { capturedLog } from '../testing/captured-log.ts'
import { eventually } from '../testing/eventually.ts'
import { serverUrl } from '../testing/servers.ts'
import { tcpProxy } from '../testing/tcp-proxy.ts'
import { openRedis, redisUnavailable } from './open-redis.ts'

const open = (url: string) =>
  openRedis({ url, timeoutMs: 500, log: capturedLog().log, metrics: createMetrics('test') })

describe('a Redis connection', () => {
  test('carries commands, many of them in one go', async () => {
    const redis = open(serverUrl('REDIS_URL'))
    await eventually('ready', () => redis.readiness() === true)
    const key = `test-${randomUUID()}`
    const counts = await Promise.all(Array.from({ length: 100 }, () => redis.client.incr(key)))
    assert.deepEqual(
      counts,
      Array.from({ length: 100 }, (_, index) => index + 1),
    )
    await redis.client.del(key)
    await redis.close()
  })

  test('fails commands at once while Redis is away, and works again when it is back', async () => {
    await using proxy = await tcpProxy(serverUrl('REDIS_URL'))
    const redis = open(proxy.url)
    await eventually('ready', () => redis.readiness() === true)
    proxy.cut({ refuse: true })
    await eventually('lost', () => redis.readiness() !== true)
    await assert.rejects(
      redis.client.get('x'),
      (error) => redisUnavailable(error) instanceof DependencyUnavailable,
    )
    proxy.accept()
    await eventually('ready again', () => redis.readiness() === true)
    assert.equal(await redis.client.ping(), 'PONG')
    await redis.close()
  })

  test('that never comes about neither hangs a command nor its own close', async () => {
    await using proxy = await tcpProxy(serverUrl('REDIS_URL'))
    proxy.cut({ refuse: true })
    const redis = open(proxy.url)
    await assert.rejects(redis.client.get('x'))
    assert.match(String(redis.readiness()), /^redis /)
    await redis.close()
    await eventually('ended', () => redis.client.status === 'end')
  })

  test('gives a command up that Redis does not answer', async () => {
    await using proxy = await tcpProxy(serverUrl('REDIS_URL'))
    const redis = open(proxy.url)
    await eventually('ready', () => redis.readiness() === true)
    proxy.pause()
    await assert.rejects(redis.client.get('x'), /timed out/)
    redis.client.disconnect()
  })
})

test('any failure becomes an unavailable dependency that keeps its cause', () => {
  const cause = new Error('refused')
  const error = redisUnavailable(cause)
  assert.deepEqual([error.message, error.cause, error.outcomeUnknown], ['redis: refused', cause, false])
  assert.equal(redisUnavailable('text').message, 'redis: text')
})
