import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpError } from '@chairlift/kit/http/http-error.ts'
import fc from 'fast-check'
import { ImageInspector, mostPixels } from './image-inspector.ts'
import { jpeg, png, pngChunk, webp } from './testing/sample-images.ts'

/** The verdict on an image that arrives in chunks of these sizes: its type, or the status of its refusal. */
function inspect(image: Buffer, chunkBytes = image.length || 1, limitBytes = 1_000_000): string | number {
  const inspector = new ImageInspector(limitBytes)
  try {
    for (let at = 0; at < image.length; at += chunkBytes)
      inspector.update(image.subarray(at, at + chunkBytes))
    return inspector.finish()
  } catch (error) {
    assert.ok(error instanceof HttpError, String(error))
    return error.status
  }
}

test('PNG, JPEG and WebP are known by their bytes, however they are cut into chunks', () => {
  for (const [image, type] of [
    [png(), 'image/png'],
    [jpeg(), 'image/jpeg'],
    [jpeg({ exifBytes: 65_000 }), 'image/jpeg'],
    [webp(), 'image/webp'],
  ] as const)
    for (const chunkBytes of [1, 2, 3, 7, 8, 9, 31, 32, 33, 1_000, 100_000])
      assert.equal(inspect(image, chunkBytes), type, `${type} by ${chunkBytes}`)
})

test('everything else is 415: GIF, SVG, HTML, ZIP, text, a few bytes', () => {
  const others = [
    'GIF89a',
    '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    '<html>',
    'PK\x03\x04',
    'x',
  ]
  for (const text of others) {
    assert.equal(inspect(Buffer.from(text.padEnd(200))), 415, text)
    assert.equal(inspect(Buffer.from(text)), 415, text)
  }
  assert.equal(inspect(png().subarray(0, 31)), 415)
})

test('an empty, truncated or extended image is 400', () => {
  assert.equal(inspect(Buffer.alloc(0)), 400)
  for (const image of [png(), jpeg(), webp()]) {
    for (const bytes of [33, 100, image.length - 1]) assert.equal(inspect(image.subarray(0, bytes)), 400)
    // Polyglots: something that another program would find at the end.
    for (const tail of ['PK\x05\x06', '<script>alert(1)</script>', '\0'])
      assert.equal(inspect(Buffer.concat([image, Buffer.from(tail)])), 400)
  }
})

test('an image of too many bytes or too many pixels is 413, one without pixels 400', () => {
  assert.equal(inspect(png({ bytes: 5_000 }), 1_000, 4_999), 413)
  assert.equal(inspect(png({ bytes: 5_000 }), 1_000, 5_000), 'image/png')
  for (const make of [png, jpeg]) {
    assert.equal(inspect(make({ width: 30_000, height: 30_000 })), 413)
    assert.equal(inspect(make({ width: 5_000, height: 5_000 })), make === png ? 'image/png' : 'image/jpeg')
    assert.equal(inspect(make({ width: 0, height: 5_000 })), 400)
  }
  assert.equal(inspect(webp({ width: 16_000, height: 16_000 })), 413)
  assert.equal(5_000 * 5_000, mostPixels)
})

test('a compressed profile or text is passed by unread: a bomb in it stays a few bytes', () => {
  const bomb = Buffer.alloc(2_000, 0x78)
  assert.equal(
    inspect(png({ extra: Buffer.concat([pngChunk('iCCP', bomb), pngChunk('zTXt', bomb)]) })),
    'image/png',
  )
})

test('any bytes get a verdict, and the same one in any chunks', () => {
  const base = fc.constantFrom(png({ bytes: 200 }), jpeg(), webp())
  const damaged = fc
    .tuple(base, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }), fc.nat())
    .map(([image, changes, cut]) => {
      const copy = Buffer.from(image)
      for (const [at, value] of changes) copy[at % copy.length] = value
      return cut % 3 === 0 ? copy.subarray(0, cut % copy.length) : copy
    })
  fc.assert(
    fc.property(damaged, fc.integer({ min: 1, max: 50 }), (image, chunkBytes) => {
      // An error may be found early in one cutting and a different one late in another; a pass is a pass.
      const whole = inspect(image)
      const cut = inspect(image, chunkBytes)
      assert.equal(typeof cut === 'string', typeof whole === 'string')
      if (typeof whole === 'string') assert.equal(cut, whole)
    }),
    { numRuns: 2_000 },
  )
})
