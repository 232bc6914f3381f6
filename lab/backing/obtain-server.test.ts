import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { choosePorts } from './choose-ports.ts'
import { startPrivate } from './obtain-server.ts'
import type { StartContext } from './owned-server.ts'
import { type Reaper, startReaper } from './reaper.ts'
import { startPostgres } from './start-postgres.ts'
import { startRabbitmq } from './start-rabbitmq.ts'
import { startRedis } from './start-redis.ts'

const occupant = createServer()
let takenPort: number
let folder: string
let reaper: Reaper

before(async () => {
  occupant.listen({ port: 0, host: '127.0.0.1' })
  await once(occupant, 'listening')
  takenPort = (occupant.address() as { port: number }).port
  folder = await mkdtemp(join(tmpdir(), 'chairlift-taken-'))
  await chmod(folder, 0o711)
  reaper = startReaper()
})
after(async () => {
  occupant.close()
  await reaper.close()
  await rm(folder, { recursive: true })
})

/** A context in which choices of ports hold a taken one, at the given place. */
function makeContext(taken: (choice: number) => boolean, place = 0): StartContext & { messages: string[] } {
  let choice = 0
  const messages: string[] = []
  return {
    folder,
    path: process.env.PATH ?? '',
    reaper,
    messages,
    log: (message) => messages.push(message),
    signal: new AbortController().signal,
    async choosePorts(count) {
      const ports = await choosePorts(count)
      choice++
      return taken(choice) ? ports.with(place, takenPort) : ports
    },
  }
}

for (const [name, start] of [
  ['redis', startRedis],
  ['postgres', startPostgres],
] as const) {
  test(`${name} starts on another port when its own was taken meanwhile`, async () => {
    const context = makeContext((choice) => choice === 1)
    const started = await startPrivate(name, start, context)
    assert.notEqual(Number(new URL(started.url).port), takenPort)
    assert.match(context.messages[0] ?? '', /found a port taken/)
    await started.stop()
  })
}

test('RabbitMQ whose port is taken fails with that reason', async () => {
  // That of Erlang's distribution, where RabbitMQ notices it soonest.
  const context = makeContext(() => true, 3)
  const own = join(folder, 'rabbitmq')
  await mkdir(own, { mode: 0o700 })
  await assert.rejects(startRabbitmq({ ...context, folder: own }), {
    name: 'ServerStartError',
    portTaken: true,
  })
})

test('a start fails for good when ports are taken each time, with the end of the log', async () => {
  const context = { ...makeContext(() => true), folder: join(folder, 'always') }
  await mkdir(context.folder, { mode: 0o711 })
  await assert.rejects(startPrivate('redis', startRedis, context), /redis ended during its start[^]*in use/)
})
