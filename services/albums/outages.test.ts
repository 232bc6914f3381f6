import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { call } from '@chairlift/kit/testing/call.ts'
import { setReadOnly } from '@chairlift/kit/testing/database-outage.ts'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { freshDatabase } from '@chairlift/kit/testing/fresh-database.ts'
import { openRaw } from '@chairlift/kit/testing/raw-http.ts'
import { startS3Server } from '@chairlift/kit/testing/s3-server.ts'
import { newAlbumId } from './album.ts'
import { formOf, goodParts, goodProfile, postAlbum, postForm } from './testing/form.ts'
import { png } from './testing/sample-images.ts'
import { type RunningAlbums, startAlbums } from './testing/start-albums.ts'

let albums: RunningAlbums
/** Reviews that were answered 201; at the end of each test exactly these must be counted. */
let reviews = 0

before(async () => {
  albums = await startAlbums({ PUBLISH_CONFIRM_TIMEOUT_MS: '1000', BREAKER_PROBE_MS: '200' })
})
after(() => albums[Symbol.asyncDispose]())

const get = (path: string, url = albums.url) => call(url, 'GET', path)
const review = (id: string, url = albums.url) => call(url, 'POST', `/review/like/${id}`)

async function like(id: string): Promise<void> {
  const answer = await review(id)
  assert.equal(answer.status, 201, answer.text)
  reviews++
}

/** Value of a metric with these labels. */
async function metric(name: string, labels: string, { adminUrl } = albums.api): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${name}{`) && one.includes(labels))
  // A label that was never counted has no line yet.
  return Number(line?.split(' ').at(-1) ?? 0)
}
const breakerState = () => metric('chairlift_breaker_state', 'breaker="reviews"')

test('with Redis cut or silent reads go to Postgres and are right', async () => {
  const id = await postAlbum(albums.url)
  const before = await metric('chairlift_album_reads_total', 'source="primary"')
  albums.redis.cut({ refuse: true })
  for (let count = 0; count < 10; count++) assert.deepEqual((await get(`/albums/${id}`)).json, goodProfile)
  const meanwhile = await postAlbum(albums.url)
  assert.equal((await get(`/albums/${meanwhile}`)).status, 200)
  assert.ok((await metric('chairlift_album_reads_total', 'source="primary"')) > before)
  albums.redis.accept()
  await eventually('Redis is used again', async () => {
    const hits = await metric('chairlift_album_reads_total', 'source="cache"')
    await get(`/albums/${id}`)
    return (await metric('chairlift_album_reads_total', 'source="cache"')) > hits
  })
  albums.redis.pause()
  for (let count = 0; count < 10; count++) assert.deepEqual((await get(`/albums/${id}`)).json, goodProfile)
  albums.redis.resume()
})

test('ALB-D7: without RabbitMQ a review is 503 at once, the breaker opens and closes, and albums are unaffected', async (t) => {
  const id = await postAlbum(albums.url)
  await like(id)
  await albums.vhost.remove()
  const answers = []
  for (let count = 0; count < 50; count++) {
    const startedAt = performance.now()
    const answer = await review(id)
    answers.push(performance.now() - startedAt)
    assert.equal(answer.status, 503, answer.text)
    assert.match(String(answer.headers['retry-after']), /^[1-9][0-9]*$/)
    assert.match((answer.json as { msg: string }).msg, /^temporarily unavailable/)
  }
  t.diagnostic(`slowest 503: ${Math.max(...answers).toFixed(1)} ms`)
  assert.ok((await breakerState()) > 0, 'the breaker is not closed')
  const other = await postAlbum(albums.url)
  assert.equal((await get(`/albums/${other}`)).status, 200)
  assert.deepEqual((await get(`/review/${other}`)).json, { likes: '0', dislikes: '0' })
  await albums.vhost.create()
  await eventually('reviews are accepted again', async () => (await review(other)).status === 201)
  reviews++
  assert.equal(await breakerState(), 0)
  for (const state of ['open', 'half-open', 'closed'])
    assert.ok(
      (await metric('chairlift_breaker_transitions_total', `breaker="reviews",state="${state}"`)) > 0,
      state,
    )
  // What the deleted virtual host held was not lost by this service: it was counted before.
  await albums.counted(reviews)
})

test('ALB-D6 ALB-D8: with the store failing and the reviewer killed no review is lost or counted twice', async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, () => postAlbum(albums.url)))
  await albums.counted(reviews)
  await setReadOnly(albums.database.url, true)
  for (let count = 0; count < 60; count++) await like(ids[count % 5] as string)
  const retries = await albums.reviewer.metric('chairlift_consumer_retries_total')
  await eventually(
    'a batch fails',
    async () => (await albums.reviewer.metric('chairlift_consumer_retries_total')) > retries,
  )
  await albums.reviewer.end('SIGKILL')
  await setReadOnly(albums.database.url, false)
  albums.reviewer = await albums.start('reviewer')
  const second = await albums.start('reviewer')
  await albums.counted(reviews)
  for (const id of ids) assert.deepEqual((await get(`/review/${id}`)).json, { likes: '12', dislikes: '0' })
  assert.equal(await albums.reviewer.metric('chairlift_consumer_parked_total'), 0)
  assert.equal(await second.end('SIGTERM'), 0)
})

test('ALB-D10: a review of an album that has gone leaves no stray count and takes no neighbour along', async () => {
  const [gone, stays] = [await postAlbum(albums.url), await postAlbum(albums.url)]
  await get(`/albums/${gone}`)
  await albums.sql('delete from albums where id = $1', [gone])
  assert.equal((await review(gone)).status, 201, 'the cache still has it')
  await like(stays)
  await albums.counted(reviews)
  await eventually(
    'the stray review is parked',
    async () => (await albums.reviewer.metric('chairlift_consumer_parked_total')) === 1,
  )
  assert.deepEqual(await albums.sql('select * from review_counts where album_id = $1', [gone]), [])
})

test('ALB-D14: 10 000 reads of unknown ids need no more than the connections of the pool', async () => {
  const read = async () => {
    using connection = await openRaw(Number(new URL(albums.url).port))
    for (let count = 0; count < 200; count++) {
      // One after the other: pipelined, all of them would be in flight at once, and be refused as too many.
      connection.send(`GET /albums/${newAlbumId()} HTTP/1.1\r\nHost: x\r\n\r\n`)
      const answer = await connection.answer()
      assert.equal(answer !== 'closed' && answer.status, 404)
    }
  }
  await Promise.all(Array.from({ length: 50 }, read))
  assert.ok((await albums.api.metric('chairlift_postgres_connections')) <= 4)
  const [row] = await albums.sql<{ count: number }>(
    "select count(*)::int as count from pg_stat_activity where datname = current_database() and application_name = 'albums-api'",
  )
  assert.ok(row && row.count <= 4, `${row?.count} connections`)
})

test('ALB-D5: many more reviews at once than connections and channels are all accepted', async () => {
  const id = await postAlbum(albums.url)
  const answers = await Promise.all(Array.from({ length: 400 }, () => review(id)))
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [201])
  reviews += answers.length
  await albums.counted(reviews)
})

test('ALB-D19: a reader that takes its answer slowly keeps nobody waiting', async () => {
  const id = await postAlbum(albums.url, png({ bytes: 5_000_000 }))
  const slow = await Promise.all(Array.from({ length: 64 }, () => fetch(`${albums.url}/albums/${id}/image`)))
  assert.equal((await get(`/albums/${id}`)).status, 200)
  assert.equal((await get(`/albums/${id}/image`)).status, 200)
  await postAlbum(albums.url)
  await Promise.all(slow.map((answer) => answer.body?.cancel()))
})

test('ALB-I5: a replica that is behind or down never hides an album', async () => {
  // A database of its own that is migrated and stays empty: a replica of infinite lag.
  await using lagging = await freshDatabase()
  const settings = { DATABASE_REPLICA_URL: lagging.url, CACHE_ALBUMS: 'false' }
  const api = await albums.start('api', settings)
  const id = await postAlbum(api.url)
  for (let count = 0; count < 10; count++)
    assert.deepEqual((await get(`/albums/${id}`, api.url)).json, goodProfile)
  assert.ok(
    (await metric('chairlift_breaker_state', 'breaker="replica"', api)) > 0,
    'it has no table, so it fails',
  )
  await api.end('SIGKILL')
  // The primary itself as a replica without lag: found there, and 404 only by the primary.
  const sound = await albums.start('api', { ...settings, DATABASE_REPLICA_URL: albums.database.url })
  assert.deepEqual((await get(`/albums/${id}`, sound.url)).json, goodProfile)
  assert.equal((await get(`/albums/${newAlbumId()}`, sound.url)).status, 404)
  assert.equal(await metric('chairlift_album_reads_total', 'source="replica"', sound), 1)
  await sound.end('SIGKILL')
})

test('with the S3 server killed uploads are 503 and reads go on; afterwards every album has its image', async () => {
  await using s3 = await startS3Server()
  const api = await albums.start('api', { ...s3.environment, BLOB_TIMEOUT_MS: '2000' })
  const image = png({ bytes: 200_000 })
  const [small, large] = [await postAlbum(api.url), await postAlbum(api.url, image)]
  await s3.kill()
  const refused = await postForm(api.url, formOf(goodParts()))
  assert.equal(refused.status, 503, refused.text)
  assert.ok(refused.headers['retry-after'])
  assert.deepEqual((await get(`/albums/${small}`, api.url)).json, goodProfile)
  assert.equal((await get(`/albums/${small}/image`, api.url)).status, 503)
  await s3.restart()
  const found = await fetch(`${api.url}/albums/${large}/image`)
  assert.deepEqual(Buffer.from(await found.arrayBuffer()), image)
  await postAlbum(api.url)
  await api.end('SIGKILL')
})

test('the sweeper removes images without an album and leaves all others', async () => {
  const id = await postAlbum(albums.url)
  const orphan = newAlbumId()
  const shard = join(albums.blobFolder, 'objects', orphan.slice(-2))
  await mkdir(shard, { recursive: true })
  await writeFile(join(shard, `albums+${orphan}`), png())
  await writeFile(join(shard, 'somebody-elses'), 'x')
  await writeFile(join(albums.blobFolder, 'incoming', 'crashed'), 'x')
  const api = await albums.start('api', { SWEEP_INTERVAL_MS: '100', SWEEP_GRACE_MS: '0' })
  await eventually(
    'the orphan is gone',
    async () => !(await albums.imageFiles()).includes(`albums+${orphan}`),
  )
  await api.end('SIGTERM')
  const files = await albums.imageFiles()
  assert.ok(files.includes(`albums+${id}`) && files.includes('somebody-elses'))
  const image = await get(`/albums/${id}/image`)
  assert.equal(image.status, 200)
})

test('SIGTERM ends both processes with exit code 0, and what was accepted is there', async () => {
  const id = await postAlbum(albums.url)
  for (let count = 0; count < 20; count++) await like(id)
  assert.equal(await albums.reviewer.end('SIGTERM'), 0)
  assert.equal(await albums.api.end('SIGTERM'), 0)
  await albums.start('reviewer')
  await albums.counted(reviews)
})
