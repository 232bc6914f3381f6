import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capturedLog } from '@chairlift/kit/testing/captured-log.ts'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { startFakeApiServer } from '../testing/fake-api-server.ts'
import { FakeCollection, type WatchManner } from '../testing/fake-collection.ts'
import { createApiClient } from './api-client.ts'
import type { ApiObject } from './objects.ts'
import { Reflector, type ReflectorOptions } from './reflector.ts'

async function follow(collection: FakeCollection, options: Partial<ReflectorOptions> = {}) {
  const server = await startFakeApiServer((call) => collection.answer(call))
  const changed: string[] = []
  const reflector = new Reflector<ApiObject>({
    client: createApiClient(server.access),
    path: '/things',
    log: capturedLog().log,
    onChange: (key) => changed.push(key),
    watchSeconds: 2,
    graceMs: 300,
    maxBackoffMs: 100,
    ...options,
  })
  reflector.start()
  const contents = () =>
    reflector
      .values()
      .map(({ metadata }) => `${metadata.name}=${metadata.uid}`)
      .sort()
  return {
    reflector,
    server,
    changed,
    agrees: () =>
      eventually(
        'the cache is as the collection',
        () => contents().join() === collection.contents().join(),
        60_000,
      ),
    async [Symbol.asyncDispose]() {
      await reflector.stop()
      await server[Symbol.asyncDispose]()
    },
  }
}

test('2 500 objects are listed page by page, and each is told once', async () => {
  const collection = new FakeCollection()
  for (let index = 0; index < 2_500; index++) collection.put(`thing-${index}`)
  await using following = await follow(collection, { pageSize: 500 })
  await following.reflector.synced
  assert.equal(following.reflector.values().length, 2_500)
  assert.equal(collection.lists, 5)
  assert.equal(new Set(following.changed).size, 2_500)
  assert.equal(following.changed.length, 2_500)
})

test('a sound watch tells what is new, different and gone, and nothing is listed again', async () => {
  const collection = new FakeCollection()
  collection.put('old')
  await using following = await follow(collection)
  await following.reflector.synced
  await eventually('a watch', () => collection.watches > 0)
  collection.put('new')
  collection.put('old')
  collection.delete('new')
  await eventually('three changes', () => following.changed.length >= 4)
  assert.deepEqual(following.changed, ['test/old', 'test/new', 'test/old', 'test/new'])
  await following.agrees()
  assert.equal(collection.lists, 1)
})

const troubles: WatchManner[] = ['closing', 'silent', 'gone', 'gone-event', 'garbage', 'cut']
for (const manner of troubles)
  test(`nothing is missed while watches are ${manner}, and after`, async () => {
    const collection = new FakeCollection()
    for (let index = 0; index < 20; index++) collection.put(`thing-${index}`)
    await using following = await follow(collection)
    await following.reflector.synced
    collection.manner = manner
    collection.closeWatches()
    const before = collection.watches
    collection.delete('thing-3')
    collection.put('thing-new')
    // Deleted and made again between two looks.
    collection.delete('thing-5')
    collection.put('thing-5', 'another-uid')
    await eventually('watches of this manner', () => collection.watches >= before + 2, 60_000)
    collection.manner = 'sound'
    await following.agrees()
    for (const key of ['test/thing-3', 'test/thing-new', 'test/thing-5'])
      assert.ok(following.changed.includes(key), key)
    collection.put('thing-last')
    await following.agrees()
  })

test('half-open watches are left while the objects change, again and again', async () => {
  const collection = new FakeCollection()
  await using following = await follow(collection)
  await following.reflector.synced
  const manners: WatchManner[] = ['silent', 'closing', 'gone', 'cut', 'sound', 'gone-event']
  for (let round = 0; round < 12; round++) {
    collection.manner = manners[round % manners.length] ?? 'sound'
    collection.closeWatches()
    const before = collection.watches
    for (let index = 0; index < 10; index++) collection.put(`thing-${round}-${index}`)
    if (round > 2) collection.delete(`thing-${round - 2}-4`)
    await eventually('a watch of this manner', () => collection.watches > before, 60_000)
  }
  collection.manner = 'sound'
  await following.agrees()
  assert.equal(following.reflector.values().length, 12 * 10 - 9)
})

test('an API server that is away at the start is found when it comes, and its loss keeps the cache', async () => {
  const collection = new FakeCollection()
  collection.put('thing')
  collection.failing = 503
  await using following = await follow(collection)
  await eventually('a refused list', () => following.server.calls.length > 2)
  assert.deepEqual(following.reflector.values(), [])
  collection.failing = undefined
  await following.reflector.synced
  collection.failing = 500
  collection.closeWatches()
  const before = following.server.calls.length
  await eventually('refused watches', () => following.server.calls.length > before + 2)
  assert.equal(following.reflector.values().length, 1)
  collection.put('thing-2')
  collection.failing = undefined
  await following.agrees()
})

test('after its stop nothing is told any more', async () => {
  const collection = new FakeCollection()
  collection.put('thing')
  const following = await follow(collection)
  await following.reflector.synced
  await eventually('a watch', () => collection.watches > 0)
  await following.reflector.stop()
  const told = following.changed.length
  collection.put('too-late')
  await following[Symbol.asyncDispose]()
  assert.equal(following.changed.length, told)
})
