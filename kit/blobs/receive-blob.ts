import { readdir, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { v7 as uuid } from 'uuid'
import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import type { BlobContent } from './blob-store.ts'

/** What is collected in memory before any of it is written to the spool file. */
const memoryBytes = 64 * 1_024

/**
 * Receives the bytes of an upload: small ones in memory, larger ones in a file of the spool folder.
 *
 * A slow client holds at most 64 KiB and no open file: the spool file is opened for each append and closed again.
 *
 * @param inspect sees every chunk before it is kept; what it throws ends the upload
 * @returns the content; a spool file of it belongs to the caller
 * @throws what `inspect` throws; the stream's error; DependencyUnavailable when the spool cannot be written. No
 * spool file is left behind then
 */
export async function receiveBlob(
  stream: Readable,
  spoolFolder: string,
  inspect: (chunk: Buffer) => void,
): Promise<BlobContent> {
  const file = join(spoolFolder, uuid())
  let pending: Buffer[] = []
  let pendingBytes = 0
  let bytes = 0
  let spooled = false

  async function spill(): Promise<void> {
    const chunks = pending
    pending = []
    pendingBytes = 0
    spooled = true
    await writeFile(file, chunks, { flag: 'a', mode: 0o600 }).catch((cause: Error) => {
      throw new DependencyUnavailable('blobs', cause.message, { cause })
    })
  }

  try {
    await forEachChunk(stream, (chunk) => {
      inspect(chunk)
      bytes += chunk.length
      pendingBytes += chunk.length
      pending.push(chunk)
      return pendingBytes >= memoryBytes ? spill() : undefined
    })
    if (!spooled) return pending.length === 1 ? (pending[0] as Buffer) : Buffer.concat(pending)
    if (pendingBytes > 0) await spill()
    return { file, bytes }
  } catch (error) {
    if (spooled) await unlink(file).catch(() => undefined)
    throw error
  }
}

/**
 * Hands over the chunks of a stream in order; while a promise of `take` is pending the stream is paused. Plain
 * events, because an async iterator costs a small upload more than all the rest of its receipt.
 */
function forEachChunk(stream: Readable, take: (chunk: Buffer) => Promise<void> | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let taking: Promise<void> | undefined
  let ended = false
  let failed: { error: unknown } | undefined
  const fail = (error: unknown) => {
    if (failed) return
    failed = { error }
    stream.off('data', onData)
    stream.resume()
    // A write under way must not make its file again after the caller has removed it.
    if (!taking) reject(error)
  }
  const onData = (chunk: Buffer) => {
    try {
      const pending = take(chunk)
      if (!pending) return
      stream.pause()
      taking = pending
      pending.then(proceed, (error) => {
        taking = undefined
        fail(error)
      })
    } catch (error) {
      fail(error)
    }
  }
  const proceed = () => {
    taking = undefined
    if (failed) reject(failed.error)
    else if (ended) resolve()
    else stream.resume()
  }
  stream.on('data', onData)
  stream.once('error', fail)
  stream.once('end', () => {
    ended = true
    if (!taking && !failed) resolve()
  })
  stream.once('close', () => {
    if (!ended) fail(new Error('the upload was cut off'))
  })
  return promise
}

/** Removes what crashed processes left in a spool folder. @returns number of files removed */
export async function removeOldSpoolFiles(spoolFolder: string, olderThanMs: number): Promise<number> {
  let removed = 0
  for (const name of await readdir(spoolFolder)) {
    const path = join(spoolFolder, name)
    // Another process may be at work in here, too.
    const modifiedMs = await stat(path).then(
      (found) => found.mtimeMs,
      () => Number.POSITIVE_INFINITY,
    )
    if (Date.now() - modifiedMs <= olderThanMs) continue
    await unlink(path).then(
      () => removed++,
      () => undefined,
    )
  }
  return removed
}
