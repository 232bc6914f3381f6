import assert from 'node:assert/strict'
import { readdir, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Answer } from '@chairlift/kit/testing/call.ts'
import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { createAnswerCheck, readInterface } from '@chairlift/kit/testing/interface-document.ts'
import { openApiFile } from './generate-openapi.ts'
import {
  boundary,
  type FormPart,
  formOf,
  goodParts,
  goodProfile,
  postAlbum,
  postForm,
} from './testing/form.ts'
import { jpeg, png, pngChunk } from './testing/sample-images.ts'
import { type RunningAlbums, startAlbums } from './testing/start-albums.ts'

const checkAnswer = createAnswerCheck(readInterface(openApiFile))
const limitBytes = 1_000_000
let albums: RunningAlbums
let accepted = 0

before(async () => {
  albums = await startAlbums({ MAX_IMAGE_BYTES: String(limitBytes) })
})
after(() => albums[Symbol.asyncDispose]())

const post = (parts: readonly FormPart[], headers?: Record<string, string>) =>
  postForm(albums.url, formOf(parts), headers)
const withImage = (image: Buffer, changes: Partial<FormPart> = {}) => {
  const [part, profile] = goodParts(image) as [FormPart, FormPart]
  return [{ ...part, ...changes }, profile]
}

function refused(answer: Answer, ...statuses: number[]): void {
  assert.ok(statuses.includes(answer.status), `${answer.status} ${answer.text}, not ${statuses}`)
  checkAnswer('newAlbum', answer)
}
function taken(answer: Answer): string {
  assert.equal(answer.status, 200, answer.text)
  accepted++
  return (answer.json as { albumID: string }).albumID
}

const [imagePart, profilePart] = goodParts() as [FormPart, FormPart]
const disposition = 'Content-Disposition: form-data; name='

const badForms: [what: string, body: () => Buffer, headers: Record<string, string>, status: number][] = [
  ['no Content-Type', () => formOf(goodParts()), { 'Content-Type': '' }, 400],
  ['JSON', () => Buffer.from('{}'), { 'Content-Type': 'application/json' }, 400],
  [
    'multipart/mixed',
    () => formOf(goodParts()),
    { 'Content-Type': `multipart/mixed; boundary=${boundary}` },
    400,
  ],
  ['no boundary', () => formOf(goodParts()), { 'Content-Type': 'multipart/form-data' }, 400],
  [
    'an empty boundary',
    () => formOf(goodParts()),
    { 'Content-Type': 'multipart/form-data; boundary=""' },
    400,
  ],
  [
    'a boundary of 71 characters',
    () => formOf(goodParts()),
    { 'Content-Type': `multipart/form-data; boundary=${'b'.repeat(71)}` },
    400,
  ],
  [
    'another boundary than the body',
    () => formOf(goodParts()),
    { 'Content-Type': 'multipart/form-data; boundary=other' },
    400,
  ],
  ['an empty body', () => Buffer.alloc(0), {}, 400],
  ['text instead of a form', () => Buffer.from('hello'), {}, 400],
  ['no final boundary', () => formOf(goodParts(), ''), {}, 400],
  ['the end within a part', () => formOf(goodParts()).subarray(0, 500), {}, 400],
  ['the end within a head', () => formOf(goodParts()).subarray(0, 60), {}, 400],
  ['a compressed body', () => formOf(goodParts()), { 'Content-Encoding': 'gzip' }, 415],
  [
    '10 000 parts',
    () => formOf([...goodParts(), ...Array.from({ length: 10_000 }, () => ({ name: 'x', content: '' }))]),
    {},
    400,
  ],
  [
    'a part without a name',
    () => formOf([...goodParts(), { head: 'Content-Disposition: form-data', content: 'x' }]),
    {},
    400,
  ],
  ['an empty name', () => formOf([{ ...imagePart, name: '' }, profilePart]), {}, 400],
  [
    'a name of 101 characters',
    () => formOf([...goodParts(), { name: 'n'.repeat(101), content: 'x' }]),
    {},
    400,
  ],
  ['two images', () => formOf([imagePart, imagePart, profilePart]), {}, 400],
  ['two profiles', () => formOf([imagePart, profilePart, profilePart]), {}, 400],
  ['no image', () => formOf([profilePart]), {}, 400],
  ['no profile', () => formOf([imagePart]), {}, 400],
  ['an image of no bytes', () => formOf(withImage(Buffer.alloc(0))), {}, 400],
  ['a truncated PNG', () => formOf(withImage(png().subarray(0, 2_000))), {}, 400],
  ['a truncated JPEG', () => formOf(withImage(jpeg().subarray(0, 400))), {}, 400],
  [
    'a JPEG with a ZIP behind it',
    () => formOf(withImage(Buffer.concat([jpeg(), Buffer.from('PK\x05\x06zip')]))),
    {},
    400,
  ],
  [
    'a PNG with a script behind it',
    () => formOf(withImage(Buffer.concat([png(), Buffer.from('<script>')]))),
    {},
    400,
  ],
  ['wrong magic bytes under image/png', () => formOf(withImage(Buffer.alloc(3_475, 7))), {}, 415],
  ['SVG with a script', () => formOf(withImage(Buffer.from('<svg onload="alert(1)"/>'.padEnd(99)))), {}, 415],
  ['a PNG of 30 000 × 30 000', () => formOf(withImage(png({ width: 30_000, height: 30_000 }))), {}, 413],
  [
    'an image in base64',
    () =>
      formOf([
        {
          head: `${disposition}"image"\r\nContent-Transfer-Encoding: base64`,
          content: png().toString('base64'),
        },
        profilePart,
      ]),
    {},
    415,
  ],
  [
    'a nested form as the image',
    () =>
      formOf([
        {
          ...imagePart,
          contentType: 'multipart/mixed; boundary=inner',
          content: formOf(goodParts(), undefined, 'inner'),
        },
        profilePart,
      ]),
    {},
    415,
  ],
  [
    'a profile that is not UTF-8',
    () => formOf([imagePart, { name: 'profile', content: Buffer.from('7b22ff22', 'hex') }]),
    {},
    400,
  ],
  [
    'a profile of 100 KB',
    () => formOf([imagePart, { name: 'profile', content: 'x'.repeat(100_000) }]),
    {},
    413,
  ],
  ['an image above the limit', () => formOf(withImage(png({ bytes: limitBytes + 1 }))), {}, 413],
  ['a form far above the limit', () => formOf(withImage(png({ bytes: 4 * limitBytes }))), {}, 413],
]

for (const [what, body, headers, status] of badForms)
  test(`${what} is ${status}`, async () => refused(await postForm(albums.url, body(), headers), status))

test('a form far above the limit without a Content-Length is 413 while it comes', async () => {
  const outgoing = request({
    port: new URL(albums.url).port,
    method: 'POST',
    path: '/albums',
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}`, 'Transfer-Encoding': 'chunked' },
  })
  const status = new Promise<number>((resolve, reject) => {
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      response.resume()
      resolve(response.statusCode as number)
    })
  })
  outgoing.end(formOf(withImage(png({ bytes: 4 * limitBytes }))))
  assert.equal(await status, 413)
})

test('ALB-O7: what the client says of type and name is not believed', async () => {
  const names = ['../../x', 'CON', 'a"b', "a'b", 'x'.repeat(4_096), '\u202egnp.x', '<script>', '']
  for (const fileName of names) taken(await post(withImage(png(), { fileName })))
  for (const contentType of ['text/html', 'application/octet-stream', 'image/gif', 'nonsense'])
    taken(await post(withImage(png(), { contentType })))
  taken(await post([{ name: 'image', content: png() }, profilePart]))
  assert.ok((await albums.imageFiles()).every((name) => /^albums\+[0-9a-f-]{36}$/.test(name)))
})

test('ALB-O1 ALB-O2: the profile is taken in each form, parts in any order, unknown ones ignored', async () => {
  const text =
    'class AlbumsProfile {\n    artist: Sex Pistols\n    title: Never Mind The Bollocks!\n    year: 1977\n}'
  const flat = Object.entries(goodProfile).map(([name, content]) => ({ name, content }))
  const bracketed = flat.map(({ name, content }) => ({ name: `profile[${name}]`, content }))
  for (const parts of [
    [imagePart, { name: 'profile', content: text }],
    [profilePart, imagePart],
    [...flat, imagePart],
    [imagePart, ...bracketed],
    [
      { name: 'note', content: 'x'.repeat(10_000) },
      imagePart,
      { ...profilePart, contentType: 'application/json' },
    ],
  ]) {
    const id = taken(await post(parts))
    const answer = await fetch(`${albums.url}/albums/${id}`)
    assert.deepEqual(await answer.json(), goodProfile)
  }
})

test('ALB-D11: hostile text goes through unchanged, byte for byte', async () => {
  const hostile = [
    'A "B" \\ C',
    "'; drop table albums --",
    '<b>&amp;',
    '${jndi:ldap://x}',
    '\r\nX: y',
    '\u202e\u200d\u{1f3bf}',
    'é\u0301',
  ]
  for (const artist of hostile) {
    const id = await postAlbum(albums.url, png(), { artist, title: 't', year: 1977 })
    accepted++
    const answer = (await (await fetch(`${albums.url}/albums/${id}`)).json()) as {
      artist: string
      year: string
    }
    assert.deepEqual([answer.artist, answer.year], [artist, '1977'])
  }
})

test('the boundary within the data, compressed chunks and long EXIF do no harm', async () => {
  const bomb = pngChunk('iCCP', Buffer.alloc(5_000, 0x78))
  for (const image of [
    png({ extra: pngChunk('tEXt', Buffer.from(`--${boundary}x\n--${boundary}\r\n--album`)) }),
    png({ extra: bomb }),
    jpeg({ exifBytes: 65_000 }),
    png({ bytes: limitBytes }),
  ]) {
    const id = taken(await post(withImage(image)))
    const found = await fetch(`${albums.url}/albums/${id}/image`)
    assert.deepEqual(Buffer.from(await found.arrayBuffer()), image)
  }
})

test('a client that goes away at any point leaves nothing behind', async () => {
  const body = formOf(withImage(png({ bytes: 900_000 })))
  for (const part of [10, 300, 70_000, 500_000, body.length - 1]) {
    const outgoing = request({
      port: new URL(albums.url).port,
      method: 'POST',
      path: '/albums',
      headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}`, 'Content-Length': body.length },
    })
    outgoing.on('error', () => undefined)
    await new Promise((resolve) => outgoing.write(body.subarray(0, part), resolve))
    outgoing.destroy()
  }
  await eventually('no spool file is left', async () => (await spoolFiles()).length === 0)
})

test('200 slow uploads hold no open file and no database connection, and little memory', async (t) => {
  const image = png({ bytes: 600_000 })
  const body = formOf(withImage(image))
  const before = await albums.api.metric('process_resident_memory_bytes')
  const filesBefore = await openFiles()
  const uploads = Array.from({ length: 200 }, () => {
    const outgoing = request({
      port: new URL(albums.url).port,
      method: 'POST',
      path: '/albums',
      headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}`, 'Content-Length': body.length },
    })
    const status = new Promise<number>((resolve, reject) => {
      outgoing.on('error', reject)
      outgoing.on('response', (response) => {
        response.resume()
        resolve(response.statusCode as number)
      })
    })
    return { outgoing, status }
  })
  // Slowly: all at once would measure the garbage collector, not what an upload holds.
  const stepBytes = 50_000
  for (let sent = 0; sent < 500_000; sent += stepBytes) {
    for (const { outgoing } of uploads) outgoing.write(body.subarray(sent, sent + stepBytes))
    await eventually(
      `${sent + stepBytes} bytes of each are received`,
      async () => (await spooledBytes()) >= uploads.length * (sent + stepBytes - heldBytes),
      60_000,
    )
  }
  const growth = ((await albums.api.metric('process_resident_memory_bytes')) - before) / 2 ** 20
  const files = (await openFiles()) - filesBefore
  t.diagnostic(`${growth.toFixed(0)} MiB and ${files} descriptors more for 200 uploads`)
  assert.ok(growth < 150, `${growth} MiB more`)
  // One descriptor each is the connection itself; an open spool file each would be as many again.
  assert.ok(files < 300, `${files} descriptors more`)
  assert.equal(await albums.api.metric('chairlift_postgres_waiting_requests'), 0)
  for (const { outgoing } of uploads) outgoing.end(body.subarray(500_000))
  for (const { status } of uploads) assert.equal(await status, 200)
  accepted += uploads.length
})

test('ALB-I4 ALB-D1: exactly the accepted albums are stored, each with its image, and nothing else', async () => {
  const rows = await albums.sql<{ id: string }>('select id from albums')
  assert.equal(rows.length, accepted)
  assert.deepEqual((await albums.imageFiles()).toSorted(), rows.map(({ id }) => `albums+${id}`).toSorted())
  assert.deepEqual(await spoolFiles(), [])
})

/** What the service keeps in memory of an upload before it appends it to the spool file, and the form's own lines. */
const heldBytes = 66_000
const spooledBytes = async () => {
  const sizes = (await spoolFiles()).map(
    async (name) => (await stat(join(albums.blobFolder, 'incoming', name))).size,
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
const spoolFiles = () => readdir(join(albums.blobFolder, 'incoming'))
const openFiles = async () => (await readdir(`/proc/${albums.api.pid}/fd`)).length
