import { albumData } from './album-data.ts'
import { type RunState, usableId } from './run-state.ts'

/** Checks each answer as it comes, where it costs nothing to keep it. */
export class AnswerChecks {
  readonly #state: RunState
  readonly #options: { runId: string; imageBytes: number }
  /** Per reader thread and album, what was last read; both counts only ever grow. */
  readonly #lastRead = new Map<string, { likes: number; dislikes: number }>()
  /** The choice for the request under way, by item and step: the answer must be checked against the same album. */
  readonly #chosen = new Map<number, { step: number; album: number }>()

  constructor(state: RunState, options: { runId: string; imageBytes: number }) {
    this.#state = state
    this.#options = options
  }

  /**
   * A random album among those acknowledged by now. Which ones these are depends on the moment, so a retry in
   * another turn may read another one; nothing is changed by a read.
   */
  choose(item: number, step: number): number {
    const before = this.#chosen.get(item)
    if (before?.step === step) return before.album
    const places = Math.min(this.#state.total('acknowledged'), this.#state.albums)
    const place = places === 0 ? 0 : mix(item * 16 + step) % places
    const album = this.#state.acknowledgedItem(place)
    this.#chosen.set(item, { step, album })
    return album
  }

  /** The choice of a request that has been answered; it is kept no longer. */
  take(item: number, step: number): number {
    const album = this.choose(item, step)
    this.#chosen.delete(item)
    return album
  }

  /** ALB-O4, ALB-O8: the size comes as "3475", as "3475 bytes" or as a number, the id as text or as a number. */
  posted(item: number, text: string): void {
    const answer = parse(text)
    const id = usableId(answer?.['albumID'])
    if (id === undefined) {
      this.#state.count('unusableAnswers')
      return
    }
    this.#state.acknowledge(item, id)
    const size = /^(\d+)( bytes)?$/.exec(String(answer?.['imageSize']))?.[1]
    if (Number(size) !== this.#options.imageBytes) this.#state.count('wrongImageSizes')
  }

  /** ALB-I1: byte-equal artist, title and year. */
  profileRead(item: number, text: string): void {
    const answer = parse(text)
    const data = albumData(this.#options.runId, item)
    const same =
      answer?.['artist'] === data.artist &&
      answer['title'] === data.title &&
      String(answer['year']) === data.year
    if (!same) this.#state.count('wrongProfiles')
    this.#state.markRead(item)
    this.#state.count('reads')
  }

  /** ALB-I8: for one reader and one album, counts never decrease. */
  countsRead(item: number, thread: number, text: string): void {
    const counts = readCounts(text)
    if (!counts) {
      this.#state.count('unusableAnswers')
      return
    }
    const key = `${thread} ${item}`
    const last = this.#lastRead.get(key)
    if (last && (counts.likes < last.likes || counts.dislikes < last.dislikes))
      this.#state.count('decreasedCounts')
    this.#lastRead.set(key, counts)
    this.#state.markRead(item)
    this.#state.count('reads')
  }
}

/** Counts of an answer to getLikes, as text or as numbers; undefined when it has none. */
export function readCounts(text: string): { likes: number; dislikes: number } | undefined {
  const answer = parse(text)
  const [likes, dislikes] = [
    Number(answer?.['likes'] ?? Number.NaN),
    Number(answer?.['dislikes'] ?? Number.NaN),
  ]
  return Number.isInteger(likes) && Number.isInteger(dislikes) ? { likes, dislikes } : undefined
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

/** A well-mixed unsigned integer (the finaliser of MurmurHash3). */
function mix(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
