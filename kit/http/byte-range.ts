import type { ByteRange } from '../blobs/blob-store.ts'

/**
 * The range that a `Range` header asks for, within `bytes` (RFC 9110, 14.1.2).
 *
 * @returns undefined to answer the whole: no header, another unit, several ranges, or one that is not well formed,
 * all of which a server may pass over; 'unsatisfiable' for a sound range that lies behind the end
 */
export function parseRange(
  header: string | undefined,
  bytes: number,
): ByteRange | 'unsatisfiable' | undefined {
  const parts = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? '')
  if (!parts) return undefined
  const [, first = '', last = ''] = parts
  if (first === '') {
    if (last === '') return undefined
    const length = Math.min(Number(last), bytes)
    return length === 0 ? 'unsatisfiable' : { first: bytes - length, last: bytes - 1 }
  }
  if (last !== '' && Number(last) < Number(first)) return undefined
  if (Number(first) >= bytes) return 'unsatisfiable'
  return { first: Number(first), last: last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1) }
}

/** Does an `If-None-Match` header name this entity tag (RFC 9110, 13.1.2: weak comparison)? */
export function matchesEntityTag(header: string | undefined, entityTag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === entityTag)
}
