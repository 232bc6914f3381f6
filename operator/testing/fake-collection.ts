import type { ServerResponse } from 'node:http'
import type { ApiObject } from '../kubernetes/objects.ts'
import { type FakeCall, sendJson, sendStatus } from './fake-api-server.ts'

interface Change {
  version: number
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  object: ApiObject
}

/** How the next watches behave. */
export type WatchManner =
  /** As they should. */
  | 'sound'
  /** End as soon as they have sent what there is. */
  | 'closing'
  /** Are accepted and then silent for ever: a peer that is gone without a word. */
  | 'silent'
  /** The version is gone: status 410. */
  | 'gone'
  /** The version is gone: told by an event of a watch that began well. */
  | 'gone-event'
  /** Something that is no event, as a proxy would send it. */
  | 'garbage'
  /** Cut in the middle of a line. */
  | 'cut'

/** A versioned collection with list pages and watches, and with the ways in which real ones go wrong. */
export class FakeCollection {
  readonly #objects = new Map<string, ApiObject>()
  readonly #changes: Change[] = []
  readonly #watches = new Set<ServerResponse>()
  #version = 1
  manner: WatchManner = 'sound'
  /** Answers everything with this status instead. */
  failing: number | undefined
  lists = 0
  watches = 0

  put(name: string, uid = `uid-${name}`): void {
    const known = this.#objects.has(name)
    const metadata = { namespace: 'test', name, uid, resourceVersion: String(++this.#version) }
    const object: ApiObject = { apiVersion: 'v1', kind: 'Thing', metadata }
    this.#objects.set(name, object)
    this.#tell({ version: this.#version, type: known ? 'MODIFIED' : 'ADDED', object })
  }

  delete(name: string): void {
    const object = this.#objects.get(name)
    if (!object) return
    this.#objects.delete(name)
    const metadata = { ...object.metadata, resourceVersion: String(++this.#version) }
    this.#tell({ version: this.#version, type: 'DELETED', object: { ...object, metadata } })
  }

  /** `name=uid`, sorted: to be compared with a cache. */
  contents(): string[] {
    return [...this.#objects.values()].map(({ metadata }) => `${metadata.name}=${metadata.uid}`).sort()
  }

  /** Ends all watches that go on. */
  closeWatches(): void {
    for (const response of this.#watches) response.destroy()
    this.#watches.clear()
  }

  answer({ query, response }: FakeCall): void {
    if (this.failing !== undefined) return sendStatus(response, this.failing, 'Broken')
    if (query.get('watch') === 'true') this.#watch(Number(query.get('resourceVersion')), response)
    else this.#list(Number(query.get('limit')), Number(query.get('continue') ?? 0), response)
  }

  #list(limit: number, start: number, response: ServerResponse): void {
    this.lists++
    const all = [...this.#objects.values()]
    const end = start + limit
    sendJson(response, 200, {
      metadata: {
        resourceVersion: String(this.#version),
        ...(end < all.length && { continue: String(end) }),
      },
      items: all.slice(start, end),
    })
  }

  #watch(from: number, response: ServerResponse): void {
    this.watches++
    const { manner } = this
    if (manner === 'gone') return sendStatus(response, 410, 'Expired')
    response.writeHead(200, { 'Content-Type': 'application/json' })
    response.flushHeaders()
    if (manner === 'silent') return
    if (manner === 'garbage') return void response.end('<html>bad gateway</html>\n')
    if (manner === 'gone-event')
      return void response.end(
        `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410 } })}\n`,
      )
    for (const change of this.#changes) if (change.version > from) response.write(lineOf(change))
    if (manner === 'cut') return void response.end('{"type":"ADDED","object":{"metadata":{"na')
    if (manner === 'closing') return void response.end()
    this.#watches.add(response)
    response.on('close', () => this.#watches.delete(response))
  }

  #tell(change: Change): void {
    this.#changes.push(change)
    for (const response of this.#watches) response.write(lineOf(change))
  }
}

function lineOf({ type, object }: Change): string {
  return `${JSON.stringify({ type, object })}\n`
}
