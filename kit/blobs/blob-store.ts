import type { Readable } from 'node:stream'

/** Bytes to be stored: in memory, or in a file of the store's spool folder, which the store takes over. */
export type BlobContent = Buffer | { file: string; bytes: number }

/** Positions of the first and the last byte, both inclusive. */
export interface ByteRange {
  first: number
  last: number
}

/**
 * Objects by key, written once and never changed. `s3://` and `file:///` behave alike, and the same tests say so.
 *
 * Every operation throws DependencyUnavailable when the store cannot be used.
 */
export interface BlobStore {
  /** Where unfinished uploads may be written; in a place from which `put` is cheap. */
  readonly spoolFolder: string
  /**
   * Stores an object whole: it can be read in full when this resolves, and never in part. A spool file is gone
   * afterwards, whatever happened.
   */
  put(key: string, content: BlobContent, contentType: string): Promise<void>
  /** A stream of the object or of a range that lies within it; undefined when there is none. */
  get(key: string, range?: ByteRange): Promise<Readable | undefined>
  /** Removes objects; absent ones are no error. */
  remove(keys: readonly string[]): Promise<void>
  /** All keys, page by page, in no certain order. */
  list(): AsyncIterable<string[]>
  /** Resolves when the store can be used. */
  check(): Promise<void>
  close(): void
}

/** A key is made by the server, never by a client: small letters, digits, `-`, and `/` between parts. */
const keyPattern = /^[a-z0-9-]+(\/[a-z0-9-]+)*$/

/** @throws RangeError for a key that could name something outside the store */
export function checkKey(key: string): void {
  if (!keyPattern.test(key) || key.length > 200) throw new RangeError('not a key of a blob store')
}
