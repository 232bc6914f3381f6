import { type Answer, call } from '@chairlift/kit/testing/call.ts'
import { png } from './sample-images.ts'

/** A part of a form: what stands in its head, and its bytes. */
export interface FormPart {
  name?: string
  content: string | Buffer
  /** Lines of the head instead of those made from `name`. */
  head?: string
  fileName?: string
  contentType?: string
}

export const boundary = 'albumBoundary'
export const goodProfile = { artist: 'Sex Pistols', title: 'Never Mind The Bollocks!', year: '1977' }

/** The bytes of a form. @param end what stands after the last part */
export function formOf(parts: readonly FormPart[], end = `--${boundary}--\r\n`, between = boundary): Buffer {
  const chunks = parts.flatMap(({ name, content, head, fileName, contentType }) => {
    const lines =
      head ??
      `Content-Disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}` +
        (contentType === undefined ? '' : `\r\nContent-Type: ${contentType}`)
    return [Buffer.from(`--${between}\r\n${lines}\r\n\r\n`), Buffer.from(content), Buffer.from('\r\n')]
  })
  return Buffer.concat([...chunks, Buffer.from(end)])
}

/** The parts of a form that is accepted. */
export function goodParts(image: Buffer = png(), profile: unknown = goodProfile): FormPart[] {
  return [
    { name: 'image', content: image, fileName: 'nmtb.png', contentType: 'image/png' },
    { name: 'profile', content: typeof profile === 'string' ? profile : JSON.stringify(profile) },
  ]
}

/** Posts a form. @param headers added to, or instead of, the right ones */
export function postForm(url: string, body: Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  return call(url, 'POST', '/albums', body, {
    'Content-Type': `multipart/form-data; boundary=${boundary}`,
    ...headers,
  })
}

/** Posts an album that must be accepted. @returns its id @throws Error with the answer otherwise */
export async function postAlbum(url: string, image?: Buffer, profile?: unknown): Promise<string> {
  const answer = await postForm(url, formOf(goodParts(image, profile)))
  if (answer.status !== 200) throw new Error(`newAlbum: ${answer.status} ${answer.text}`)
  return (answer.json as { albumID: string }).albumID
}
