import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { postRide } from '../harness/post-ride.ts'
import { firstLine, runChairlift, startChairlift } from '../harness/run-chairlift.ts'

interface Ready {
  ready: true
  systems: { rides: { url: string } }
  backing: { amqp: string; postgres: string; redis: string }
  processes: { name: string; pid: number }[]
}

test('up --json prints one line when all is ready, keeps processes running, and SIGTERM stops everything', async () => {
  const child = startChairlift(['up', 'rides', '--replicas', 'rides-writer=2', '--json'])
  try {
    const ready = JSON.parse(await firstLine(child)) as Ready
    assert.equal(ready.ready, true)
    assert.deepEqual(ready.processes.map(({ name }) => name).sort(), [
      'rides-api-1',
      'rides-writer-1',
      'rides-writer-2',
    ])
    assert.match(ready.backing.amqp, /^amqp:/)
    assert.match(ready.backing.postgres, /^postgres/)
    assert.match(ready.backing.redis, /^redis:/)
    const { url } = ready.systems.rides
    assert.equal((await postRide(url, 5)).status, 201)
    const read = () => fetch(`${url}/skiers/1/seasons/1999/days/1/skiers/5`)
    await eventually('the ride is visible', async () => (await read()).status === 200)
    assert.equal(await (await read()).json(), 210)

    const api = ready.processes.find(({ name }) => name === 'rides-api-1')
    process.kill(api?.pid as number, 'SIGKILL')
    await eventually('a killed process is started again', async () =>
      postRide(url, 6).then(
        ({ status }) => status === 201,
        () => false,
      ),
    )

    child.kill('SIGTERM')
    const [code] = (await once(child, 'exit')) as [number]
    assert.equal(code, 0)
    for (const { name, pid } of ready.processes)
      assert.throws(() => process.kill(pid, 0), `${name} still runs`)
    await assert.rejects(postRide(url, 7))
  } finally {
    child.kill('SIGTERM')
  }
})

test('a lab that is killed leaves no process behind', async () => {
  const child = startChairlift(['up', 'rides', '--json'])
  const ready = JSON.parse(await firstLine(child)) as Ready
  child.kill('SIGKILL')
  await eventually('its processes are gone', () =>
    ready.processes.every(({ pid }) => {
      try {
        process.kill(pid, 0)
        return false
      } catch {
        return true
      }
    }),
  )
  await eventually('its servers are gone', () =>
    fetch(ready.backing.amqp.replace(/^amqp:\/\/[^@]*@/, 'http://')).then(
      () => false,
      () => true,
    ),
  )
})

test('unknown systems and processes are refused with what there is', async () => {
  const system = await runChairlift(['up', 'ridez'])
  assert.equal(system.code, 1)
  assert.match(system.stderr, /no system "ridez"; there are: rides/)
  const process = await runChairlift(['up', 'rides', '--replicas', 'rides-writr=2'])
  assert.equal(process.code, 1)
  assert.match(process.stderr, /no process "rides-writr"; there are: rides-api, rides-writer/)
  const form = await runChairlift(['up', 'rides', '--replicas', 'two'])
  assert.equal(form.code, 1)
  assert.match(form.stderr, /PROCESS=NUMBER/)
})
