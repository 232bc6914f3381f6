// The helm test: posts an album to TARGET, reads profile and image back, likes it and waits until that is counted.
const { TARGET: target } = process.env
const deadline = Date.now() + 60_000
const signal = () => AbortSignal.timeout(10_000)

// The smallest sound PNG: one pixel.
const image = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
)
const profile = { artist: 'Sex Pistols', title: 'Never Mind The Bollocks!', year: '1977' }

async function expect(status, method, path, body) {
  const answer = await fetch(target + path, { method, body, signal: signal() })
  if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer
}

const form = new FormData()
form.set('image', new Blob([image], { type: 'image/png' }), 'pixel.png')
form.set('profile', JSON.stringify(profile))
const { albumID, imageSize } = await (await expect(200, 'POST', '/albums', form)).json()
if (Number(imageSize) !== image.length) throw new Error(`imageSize ${imageSize}, posted ${image.length}`)
console.log(`posted: ${albumID}`)

const read = await (await expect(200, 'GET', `/albums/${albumID}`)).json()
if (JSON.stringify(read) !== JSON.stringify(profile)) throw new Error(`read ${JSON.stringify(read)}`)
const bytes = Buffer.from(await (await expect(200, 'GET', `/albums/${albumID}/image`)).arrayBuffer())
if (!bytes.equals(image)) throw new Error(`the image came back with ${bytes.length} bytes`)
console.log('read back: profile and image')

await expect(201, 'POST', `/review/like/${albumID}`)
for (;;) {
  const { likes } = await (await expect(200, 'GET', `/review/${albumID}`)).json()
  if (likes === '1') break
  if (Date.now() > deadline) throw new Error('the review is not counted after 60 s')
  await new Promise((resolve) => setTimeout(resolve, 250))
}
console.log('counted: 1 like')
