import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ByteRange } from './blob-store.ts'

/** Up to this size a file is read at once and closed, so that a slow reader does not hold it open. */
const wholeBytes = 64 * 1_024

/** A stream of a file or of a range of it; undefined when there is no such file. */
export async function openFileRange(path: string, range?: ByteRange): Promise<Readable | undefined> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!file) return undefined
  try {
    const { first, last } = range ?? { first: 0, last: (await file.stat()).size - 1 }
    const bytes = last - first + 1
    if (bytes > wholeBytes) return createReadStream(path, { fd: file, start: first, end: last })
    const content = Buffer.allocUnsafe(bytes)
    const { bytesRead } = await file.read(content, 0, bytes, first)
    await file.close()
    return Readable.from([content.subarray(0, bytesRead)], { objectMode: false })
  } catch (error) {
    await file.close().catch(() => undefined)
    throw error
  }
}
