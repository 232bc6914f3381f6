import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import { type S3Server, startS3Server } from '../testing/s3-server.ts'
import type { BlobStore } from './blob-store.ts'
import { openBlobStore } from './open-blob-store.ts'
import { removeOldSpoolFiles } from './receive-blob.ts'

let folder: string
let server: S3Server
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chairlift-blobs-'))
  server = await startS3Server()
})
after(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const open = (url: string) =>
  openBlobStore({
    url,
    timeoutMs: 10_000,
    s3Endpoint: server.endpoint,
    s3Region: 'us-east-1',
    s3AccessKeyId: server.accessKeyId,
    s3SecretAccessKey: server.secretAccessKey,
  })
const kinds: [name: string, open: () => Promise<BlobStore>][] = [
  ['file:///', () => open(`${pathToFileURL(join(folder, 'plain')).href}`)],
  ['file:///?fsync=true', () => open(`${pathToFileURL(join(folder, 'flushed')).href}?fsync=true`)],
  ['s3://', () => open(`s3://${server.bucket}/some/prefix`)],
]
const read = async (stream: Readable | undefined) => stream && (await buffer(stream))

for (const [name, openKind] of kinds)
  describe(`a blob store of ${name}`, () => {
    let store: BlobStore
    before(async () => {
      store = await openKind()
    })
    after(() => store.close())

    async function spooled(content: Buffer) {
      const file = join(store.spoolFolder, `test-${randomBytes(8).toString('hex')}`)
      await writeFile(file, content)
      return { file, bytes: content.length }
    }

    test('gives back the very bytes, from memory and from a spool file, whole and in ranges', async () => {
      const small = randomBytes(3_475)
      const large = randomBytes(300_000)
      const content = await spooled(large)
      await store.put('a/small', small, 'image/png')
      await store.put('a/large', content, 'image/png')
      assert.deepEqual(await read(await store.get('a/small')), small)
      assert.deepEqual(await read(await store.get('a/large')), large)
      assert.deepEqual(await read(await store.get('a/small', { first: 0, last: 0 })), small.subarray(0, 1))
      assert.deepEqual(
        await read(await store.get('a/large', { first: 100_000, last: 299_999 })),
        large.subarray(100_000),
      )
      await assert.rejects(stat(content.file), { code: 'ENOENT' })
    })

    test('says that there is no object rather than failing', async () => {
      assert.equal(await store.get('a/absent'), undefined)
      await store.remove(['a/absent'])
    })

    test('lists all keys and removes those named', async () => {
      const keys = Array.from({ length: 40 }, (_, index) => `list/key-${index}`)
      await Promise.all(keys.map((key) => store.put(key, Buffer.from(key), 'text/plain')))
      const listed = async () => {
        const all: string[] = []
        for await (const page of store.list()) all.push(...page.filter((key) => key.startsWith('list/')))
        return all.sort()
      }
      assert.deepEqual(await listed(), keys.toSorted())
      await store.remove(keys.slice(1))
      assert.deepEqual(await listed(), ['list/key-0'])
    })

    test('refuses keys that could name something else', async () => {
      for (const key of ['', '..', 'a/../b', '/a', 'a//b', 'A', 'a b', 'a\0b', 'a+b', 'a'.repeat(201)]) {
        await assert.rejects(store.put(key, Buffer.from('x'), 'text/plain'), RangeError, key)
        await assert.rejects(store.get(key), RangeError, key)
      }
    })

    test('is usable, and keeps no unfinished file', async () => {
      await store.check()
      assert.deepEqual(
        (await readdir(store.spoolFolder)).filter((file) => file.startsWith('test-')),
        [],
      )
    })
  })

test('a folder that cannot be written is an unavailable dependency, and the spool file does not stay', async () => {
  const store = await open(pathToFileURL(join(folder, 'broken')).href)
  await rm(join(folder, 'broken', 'objects'), { recursive: true })
  await writeFile(join(folder, 'broken', 'objects'), 'a file where a folder should be')
  const file = join(store.spoolFolder, 'upload')
  await writeFile(file, 'content')
  await assert.rejects(store.put('a/b', { file, bytes: 7 }, 'text/plain'), DependencyUnavailable)
  await assert.rejects(store.put('a/b', Buffer.from('x'), 'text/plain'), DependencyUnavailable)
  await rm(file, { force: true })
})

test('a server that is down is an unavailable dependency; afterwards what was stored is there', async () => {
  const store = await open(`s3://${server.bucket}`)
  await store.put('kept', Buffer.from('kept'), 'text/plain')
  await server.kill()
  for (const act of [
    () => store.put('lost', Buffer.from('x'), 'text/plain'),
    () => store.get('kept'),
    () => store.remove(['kept']),
    () => store.check(),
    async () => {
      for await (const _page of store.list()) assert.fail('nothing can be listed')
    },
  ])
    await assert.rejects(act(), DependencyUnavailable)
  await server.restart()
  assert.equal(String(await read(await store.get('kept'))), 'kept')
  store.close()
})

test('old spool files are removed, young ones are left alone', async () => {
  const spool = await mkdtemp(join(folder, 'spool-'))
  await writeFile(join(spool, 'upload'), 'x')
  assert.equal(await removeOldSpoolFiles(spool, 3_600_000), 0)
  assert.equal(await removeOldSpoolFiles(spool, -60_000), 1)
  assert.deepEqual(await readdir(spool), [])
})
