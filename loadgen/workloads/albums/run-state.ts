/** Longest album id that is kept (bytes); the specification leaves its form open. */
const longestId = 63
const slotBytes = longestId + 1

const findings = [
  'acknowledged',
  'unusableAnswers',
  'wrongImageSizes',
  'wrongProfiles',
  'decreasedCounts',
  'reads',
] as const
export type Finding = (typeof findings)[number]

/** What the workers learn during a run and the verification needs, in memory that both share. */
export class RunState {
  readonly shared: Record<string, SharedArrayBuffer>
  readonly albums: number
  #ids: Buffer
  #order: Int32Array
  #read: Uint8Array
  #findings: Int32Array

  /** @param shared of {@link RunState.allocate} */
  constructor(shared: Record<string, SharedArrayBuffer>) {
    this.shared = shared
    const part = (name: string) => shared[name] as SharedArrayBuffer
    this.#ids = Buffer.from(part('ids'))
    this.#order = new Int32Array(part('order'))
    this.#read = new Uint8Array(part('read'))
    this.#findings = new Int32Array(part('findings'))
    this.albums = this.#order.length
  }

  /** The state of a run of so many albums; item k is album k. */
  static allocate(albums: number): RunState {
    return new RunState({
      ids: new SharedArrayBuffer(albums * slotBytes),
      order: new SharedArrayBuffer(albums * Int32Array.BYTES_PER_ELEMENT),
      read: new SharedArrayBuffer(albums),
      findings: new SharedArrayBuffer(findings.length * Int32Array.BYTES_PER_ELEMENT),
    })
  }

  /** Enters the key that the service gave to an album. */
  acknowledge(item: number, id: string): void {
    this.#ids.write(id, item * slotBytes + 1, 'latin1')
    this.#ids.writeUInt8(id.length, item * slotBytes)
    this.#order[this.count('acknowledged')] = item
  }

  /** The key of an album; undefined when it has none. */
  id(item: number): string | undefined {
    const length = this.#ids.readUInt8(item * slotBytes)
    return length === 0
      ? undefined
      : this.#ids.toString('latin1', item * slotBytes + 1, item * slotBytes + 1 + length)
  }

  /** The item that was acknowledged as number `place`. */
  acknowledgedItem(place: number): number {
    return this.#order[place] as number
  }

  markRead(item: number): void {
    this.#read[item] = 1
  }

  /** How many different albums were read. */
  distinctReads(): number {
    return this.#read.reduce((sum, read) => sum + read, 0)
  }

  /** Counts one. @returns the count before */
  count(finding: Finding): number {
    return Atomics.add(this.#findings, findings.indexOf(finding), 1)
  }

  /** The count so far. */
  total(finding: Finding): number {
    return Atomics.load(this.#findings, findings.indexOf(finding))
  }
}

/** Can an answer's `albumID` be kept? Numbers are accepted as text, as one implementation sends them. */
export function usableId(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && /^[\x21-\x7e]{1,63}$/.test(text) ? text : undefined
}
