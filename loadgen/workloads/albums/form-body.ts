/** A boundary that no image of ours contains. */
const boundary = '----chairliftAlbumForm7MA4YWxkTrZu0gW'

/** The header of a request with such a body. */
export const formContentType = `Content-Type: multipart/form-data; boundary=${boundary}\r\n`

const imageHead = Buffer.from(
  `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="nmtb.png"\r\nContent-Type: image/png\r\n\r\n`,
)
const profileHead = Buffer.from(`\r\n--${boundary}\r\nContent-Disposition: form-data; name="profile"\r\n\r\n`)
const end = Buffer.from(`\r\n--${boundary}--\r\n`)

/** The body of newAlbum as the reference client sends it: image first, then profile without a Content-Type. */
export function formBody(image: Buffer, profile: string): Buffer {
  return Buffer.concat([imageHead, image, profileHead, Buffer.from(profile), end])
}
