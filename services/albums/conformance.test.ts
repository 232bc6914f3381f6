import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { type Answer, call } from '@chairlift/kit/testing/call.ts'
import { closeDatabase, openDatabase } from '@chairlift/kit/testing/database-outage.ts'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { createAnswerCheck, operationsOf, readInterface } from '@chairlift/kit/testing/interface-document.ts'
import { checkNamedTests, readExamples, runExample } from '@chairlift/kit/testing/readme-examples.ts'
import { openApiFile } from './generate-openapi.ts'
import { fillReadme, readmeFile } from './generate-readme.ts'
import { boundary, formOf, goodParts, goodProfile, postAlbum, postForm } from './testing/form.ts'
import { png, webp } from './testing/sample-images.ts'
import { type RunningAlbums, startAlbums } from './testing/start-albums.ts'

const document = readInterface(openApiFile)
const checkAnswer = createAnswerCheck(document)
const seen = new Set<string>()
const image = png()
const neverIssued = '0197f3a4-8c5e-7e0c-9a55-3f6f6f0c1a11'
const tooLong = 'x'.repeat(129)
let albums: RunningAlbums
let album: string

before(async () => {
  albums = await startAlbums()
  album = await postAlbum(albums.url, image)
})
after(() => albums[Symbol.asyncDispose]())

/** Checks an answer against the document and remembers that this status of the operation was met. */
function meet(operationId: string, status: number, answer: Answer): Answer {
  assert.equal(answer.status, status, answer.text)
  checkAnswer(operationId, answer)
  seen.add(`${operationId} ${status}`)
  return answer
}
const get = (path: string, headers?: Record<string, string>) =>
  call(albums.url, 'GET', path, undefined, headers)
const post = (path: string, headers?: Record<string, string>) =>
  call(albums.url, 'POST', path, undefined, headers)

test('newAlbum answers 200 with the key and the size as text', async () => {
  const { json } = meet('newAlbum', 200, await postForm(albums.url, formOf(goodParts(image))))
  assert.equal((json as { imageSize: string }).imageSize, '3475')
})

test('getAlbumByKey gives back what was posted', async () => {
  assert.deepEqual(meet('getAlbumByKey', 200, await get(`/albums/${album}`)).json, goodProfile)
})

test('ALB-O6: review answers 201 with an empty body; getLikes counts each review once, as text', async () => {
  const { text } = meet('review', 201, await post(`/review/like/${album}`))
  assert.equal(text, '')
  for (const kind of ['like', 'dislike', 'like', 'dislike'])
    meet('review', 201, await post(`/review/${kind}/${album}`, { 'Idempotency-Key': 'same-review' }))
  await albums.counted(3)
  const { json } = meet('getLikes', 200, await get(`/review/${album}`))
  assert.deepEqual(json, { likes: '2', dislikes: '1' })
})

test('an album without reviews has none of each', async () => {
  const other = await postAlbum(albums.url)
  assert.deepEqual((await get(`/review/${other}`)).json, { likes: '0', dislikes: '0' })
})

test('ALB-O3: whatever a client accepts, the answer is application/json', async () => {
  for (const Accept of [
    'applications/json, application/json',
    'applications/json',
    'text/html',
    'image/*;q=0',
  ])
    for (const path of [`/review/${album}`, `/albums/${album}`]) {
      const answer = await get(path, { Accept })
      assert.equal(answer.status, 200)
      assert.match(String(answer.headers['content-type']), /^application\/json/)
    }
})

test('getAlbumImage gives back the very bytes with type, entity tag and ranges', async () => {
  const url = `${albums.url}/albums/${album}/image`
  const whole = await fetch(url)
  assert.deepEqual(Buffer.from(await whole.arrayBuffer()), image)
  assert.equal(whole.headers.get('content-type'), 'image/png')
  assert.equal(whole.headers.get('x-content-type-options'), 'nosniff')
  const tag = `"${createHash('sha256').update(image).digest('hex')}"`
  assert.equal(whole.headers.get('etag'), tag)
  meet('getAlbumImage', 200, await get(`/albums/${album}/image`))
  meet('getAlbumImage', 304, await get(`/albums/${album}/image`, { 'If-None-Match': `"x", ${tag}` }))
  const part = await fetch(url, { headers: { Range: 'bytes=10-19' } })
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), image.subarray(10, 20))
  assert.equal(part.headers.get('content-range'), `bytes 10-19/${image.length}`)
  meet('getAlbumImage', 206, await get(`/albums/${album}/image`, { Range: 'bytes=-4', 'If-Range': tag }))
  assert.equal(
    (await get(`/albums/${album}/image`, { Range: 'bytes=-4', 'If-Range': '"other"' })).status,
    200,
  )
  const behind = meet('getAlbumImage', 416, await get(`/albums/${album}/image`, { Range: 'bytes=3475-' }))
  assert.equal(behind.headers['content-range'], 'bytes */3475')
  const head = await call(albums.url, 'HEAD', `/albums/${album}/image`)
  assert.deepEqual([head.status, head.text, head.headers['content-length']], [200, '', '3475'])
  const other = await postAlbum(albums.url, webp())
  assert.equal((await get(`/albums/${other}/image`)).headers['content-type'], 'image/webp')
})

test('ALB-I11 ALB-D18: ids never issued are 404 on all paths, a bad likeornot is 400, and no count changes', async () => {
  const before = await albums.sql('select * from review_counts')
  const ids = [
    neverIssued,
    'x',
    '1',
    '-1',
    '2147483648',
    album.toUpperCase(),
    `${album}x`,
    '%00',
    '..%2f..',
    '%E2%80%AE',
    "'",
    '❄',
  ]
  for (const id of ids) {
    const path = id === '❄' ? encodeURIComponent(id) : id
    meet('getAlbumByKey', 404, await get(`/albums/${path}`))
    meet('getAlbumImage', 404, await get(`/albums/${path}/image`))
    meet('getLikes', 404, await get(`/review/${path}`))
    meet('review', 404, await post(`/review/like/${path}`))
  }
  for (const kind of ['likes', 'LIKE', 'like%20', '0', 'neither', 'like%0A'])
    meet('review', 400, await post(`/review/${kind}/${album}`))
  assert.deepEqual(await albums.sql('select * from review_counts'), before)
})

test('keys that cannot be one are 400, in the shape of the interface', async () => {
  meet('getAlbumByKey', 400, await get(`/albums/${tooLong}`))
  meet('getAlbumImage', 400, await get(`/albums/${tooLong}/image`))
  meet('getLikes', 400, await get(`/review/${tooLong}`))
  meet('review', 400, await post(`/review/like/${tooLong}`))
  meet('getAlbumByKey', 400, await get('/albums/%zz'))
  meet('review', 400, await post(`/review/like/${album}`, { 'Idempotency-Key': 'two words' }))
})

test('ALB-O5 ALB-D16: every error is JSON of the one shape, also for unknown paths and methods', async () => {
  for (const answer of [
    await get('/nothing'),
    await post(`/albums/${album}`),
    await call(albums.url, 'DELETE', '/albums'),
    await call(albums.url, 'PUT', `/review/like/${album}`),
  ]) {
    assert.ok([404, 405].includes(answer.status))
    assert.match(String(answer.headers['content-type']), /^application\/json/)
    assert.deepEqual(Object.keys(answer.json as object), ['msg'])
  }
})

test('newAlbum answers its errors as described', async () => {
  meet('newAlbum', 400, await postForm(albums.url, formOf([])))
  // A connection of its own: the announced body never comes, so nothing else can be sent on it.
  const headers = { 'Content-Length': '99999999', Connection: 'close' }
  meet('newAlbum', 413, await postForm(albums.url, Buffer.from('--'), headers))
  meet('newAlbum', 413, await postForm(albums.url, formOf(goodParts(png({ width: 30_000, height: 30_000 })))))
  meet('newAlbum', 415, await postForm(albums.url, formOf(goodParts(Buffer.from('GIF89a'.padEnd(100))))))
})

/** A request whose body never comes to its end. */
async function openEndlessUpload(url: string, path: string, headers: Record<string, string>) {
  const { hostname, port } = new URL(url)
  const outgoing = request({
    hostname,
    port,
    agent: false,
    method: 'POST',
    path,
    headers: { ...headers, 'Content-Length': '100' },
  })
  let answered = false
  outgoing.on('error', () => undefined)
  outgoing.on('response', () => {
    answered = true
  })
  await new Promise<void>((resolve) => outgoing.write('--', () => resolve()))
  return { answered: () => answered, [Symbol.dispose]: () => outgoing.destroy() }
}

test('ALB-O9: URL_PREFIX puts every path behind it', async () => {
  const api = await albums.start('api', { URL_PREFIX: '/api', MAX_UPLOADS: '1' })
  assert.equal((await call(api.url, 'GET', `/api/albums/${album}`)).status, 200)
  assert.equal((await call(api.url, 'GET', `/albums/${album}`)).status, 404)
  // An upload that never ends keeps the only place; the one of the two that comes second is refused at once.
  const headers = { 'Content-Type': `multipart/form-data; boundary=${boundary}` }
  await eventually('an upload above MAX_UPLOADS is refused', async () => {
    using stuck = await openEndlessUpload(api.url, '/api/albums', headers)
    // A round trip later the server has seen what was sent before it.
    await call(api.url, 'GET', `/api/albums/${album}`)
    const answer = await call(api.url, 'POST', '/api/albums', formOf(goodParts()), headers)
    if (answer.status === 503) meet('newAlbum', 503, answer)
    return answer.status === 503 && !stuck.answered()
  })
  await api.end('SIGKILL')
})

test('all operations answer 503 with Retry-After while they cannot work', async () => {
  const uncached = await postAlbum(albums.url)
  albums.redis.cut({ refuse: true })
  await closeDatabase(albums.database.url)
  meet('newAlbum', 503, await postForm(albums.url, formOf(goodParts())))
  meet('getAlbumByKey', 503, await get(`/albums/${uncached}`))
  meet('getAlbumImage', 503, await get(`/albums/${uncached}/image`))
  meet('getLikes', 503, await get(`/review/${uncached}`))
  meet('review', 503, await post(`/review/like/${uncached}`))
  await openDatabase(albums.database.url)
  albums.redis.accept()
})

test('every status of every operation of the document was met above', () => {
  const documented = operationsOf(document).flatMap(({ operationId, responses }) =>
    Object.keys(responses).map((status) => `${operationId} ${status}`),
  )
  assert.deepEqual(
    documented.filter((one) => !seen.has(one)),
    [],
  )
})

const readme = await readFile(readmeFile, 'utf8')

test('the generated tables of the README are what the code makes (else: npm run generate)', () => {
  assert.equal(readme, fillReadme(readme))
})

for (const example of readExamples(readme))
  test(`the README's example prints what it says: ${example.script.split('\n')[0]?.slice(0, 70)}`, async () => {
    await runExample(example, { URL: albums.url })
  })

test('every file and every test that the README names is there', async () => {
  assert.ok((await checkNamedTests(readme, readmeFile)) >= 10)
})
