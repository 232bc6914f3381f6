import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { type Lab, startLab } from '@chairlift/lab/start-lab.ts'
import { type ConfirmChannel, connect } from 'amqplib'
import { failedDataChecks, onlyRun, runRides } from '../harness/rides-experiment.ts'
import { runChairlift } from '../harness/run-chairlift.ts'

const good = 100_000
const poison = 100
const groupSize = 50

let lab: Lab

before(async () => {
  lab = await startLab({
    systems: ['rides'],
    environment: { PATH: process.env['PATH'] },
    log: () => undefined,
  })
})
after(() => lab?.stop())

test('100 poison events among 100 000 good ones: 100 are parked with reasons, 100 000 applied, and it goes on', async (t) => {
  const url = lab.systems['rides']?.url
  await using model = await open(lab.backing.amqpUrl)
  const { channel } = model
  const startedAt = performance.now()
  for (const content of messages())
    channel.publish('chairlift.rides', 'lift-ride', content, { persistent: true })
  await channel.waitForConfirms()

  const read = async () => {
    const response = await fetch(`${url}/resorts/7/seasons/1998/day/1/rides`)
    return response.status === 200 ? ((await response.json()) as { numRides: number }).numRides : 0
  }
  await eventually('all good rides are visible', async () => (await read()) === good, 120_000)
  t.diagnostic(
    `${Math.round(good / ((performance.now() - startedAt) / 1_000))} rides/s with poison among them`,
  )
  await eventually(
    'the queue is empty',
    async () => (await channel.checkQueue('rides.writer')).messageCount === 0,
  )
  assert.equal((await channel.checkQueue('rides.writer.parking')).messageCount, poison)
  assert.equal(await read(), good, 'a ride was applied twice')

  const environment = { PATH: process.env['PATH'] ?? '', AMQP_URL: lab.backing.amqpUrl }
  const list = await runChairlift(['parking', 'list', '--queue', 'rides.writer', '--json'], environment)
  const parked = list.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { reason: string })
  assert.equal(parked.length, poison)
  assert.ok(
    parked.every(({ reason }) => /not a lift ride|not JSON|no list/.test(reason)),
    JSON.stringify(parked[0]),
  )

  const replayed = await runChairlift(['parking', 'replay', '--queue', 'rides.writer'], environment)
  assert.match(replayed.stdout, /100 sent to rides\.writer again/)
  await eventually(
    'poison that is sent again is parked again',
    async () => (await channel.checkQueue('rides.writer.parking')).messageCount === poison,
  )
  const discarded = await runChairlift(['parking', 'discard', '--queue', 'rides.writer'], environment)
  assert.match(discarded.stdout, /100 discarded/)

  const run = onlyRun(await runRides({ target: url as string, threads: 16, requests: 20_000 }))
  assert.deepEqual(failedDataChecks(run), [])
})

/** Good groups; every tenth of the poison is a whole broken message, the rest wrong events inside good groups. */
function* messages(): Generator<Buffer> {
  let wrong = 0
  for (let group = 0; group < good / groupSize; group++) {
    const events: unknown[] = Array.from({ length: groupSize }, (_, index) => ride(group * groupSize + index))
    if (wrong < poison && group % 10 === 0) {
      if (wrong % 10 === 0) yield Buffer.from(wrong % 20 === 0 ? 'not JSON' : '{"rides":[]}')
      else events.splice(wrong % groupSize, 0, { ...ride(wrong), liftID: 1_000 })
      wrong++
    }
    yield Buffer.from(JSON.stringify({ events }))
  }
}

function ride(number: number) {
  return {
    id: randomUUID(),
    resortID: 7,
    seasonID: '1998',
    dayID: 1,
    skierID: 1 + (number % 5_000),
    time: 1 + (number % 360),
    liftID: 1 + (number % 40),
  }
}

async function open(url: string): Promise<AsyncDisposable & { channel: ConfirmChannel }> {
  const model = await connect(url)
  return { channel: await model.createConfirmChannel(), [Symbol.asyncDispose]: () => model.close() }
}
