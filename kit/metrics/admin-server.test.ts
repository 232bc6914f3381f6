import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type AdminServer, startAdminServer } from './admin-server.ts'
import { Health } from './health.ts'
import { createMetrics } from './metrics.ts'

const metrics = createMetrics('sample')
const health = new Health()
let admin: AdminServer
let broker: true | string = 'rabbitmq not connected'

before(async () => {
  health.addCheck('broker', () => broker)
  metrics.counter('chairlift_sample_total', 'A count.', ['kind']).labels('one').inc(3)
  metrics.gauge('chairlift_sample_level', 'A level.', [], () => 7)
  admin = await startAdminServer({ name: 'sample', host: '127.0.0.1', port: 0, metrics, health })
})
after(() => admin.close())

const ask = async (path: string) => {
  const response = await fetch(`http://127.0.0.1:${admin.port}${path}`)
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

describe('the admin port', () => {
  test('/livez says ok whatever is missing', async () => {
    assert.deepEqual(await ask('/livez'), { status: 200, type: 'text/plain', text: 'ok\n' })
  })

  test('/readyz names what is missing until nothing is', async () => {
    const first = await ask('/readyz')
    assert.equal(first.status, 503)
    assert.deepEqual(JSON.parse(first.text), {
      ready: false,
      missing: { process: 'starting', broker: 'rabbitmq not connected' },
    })
    health.started()
    assert.equal((await ask('/readyz')).status, 503)
    broker = true
    const last = await ask('/readyz')
    assert.deepEqual([last.status, JSON.parse(last.text)], [200, { ready: true, missing: {} }])
    health.stop()
    assert.deepEqual(JSON.parse((await ask('/readyz')).text).missing, { process: 'stopping' })
  })

  test('/metrics holds the process’s own metrics and those of Node, labelled by process', async () => {
    const { status, type, text } = await ask('/metrics?name[]=x')
    assert.equal(status, 200)
    assert.match(type ?? '', /^text\/plain; version=0\.0\.4/)
    assert.match(text, /^chairlift_sample_total\{kind="one",process="sample"\} 3$/m)
    assert.match(text, /^chairlift_sample_level\{process="sample"\} 7$/m)
    assert.match(text, /^nodejs_eventloop_lag_seconds\{process="sample"\} /m)
  })

  test('/info tells name, process id, version and start', async () => {
    const info = JSON.parse((await ask('/info')).text)
    assert.deepEqual(
      { ...info, startedAt: undefined },
      { process: 'sample', pid: process.pid, node: process.version, startedAt: undefined },
    )
    assert.ok(Date.parse(info.startedAt) <= Date.now())
  })

  for (const path of ['/', '/nowhere', '/__proto__', '/constructor', '//livez'])
    test(`${path} is 404 and says what there is`, async () => {
      const { status, text } = await ask(path)
      assert.equal(status, 404)
      assert.match(text, /\/livez \/readyz \/metrics \/info/)
    })

  test('that is taken fails the start', async () => {
    await assert.rejects(
      startAdminServer({ name: 'other', host: '127.0.0.1', port: admin.port, metrics, health }),
      { code: 'EADDRINUSE' },
    )
  })
})
