import type { Lease } from '../kubernetes/objects.ts'
import { type FakeCall, sendJson, sendStatus } from './fake-api-server.ts'

/** One Lease with the API server's optimistic locking, which can hang or refuse by the identity that writes. */
export class FakeLease {
  #lease: Lease | undefined
  #version = 0
  /** Whose writes get no answer at all. */
  hanging: string | undefined
  /** Whose writes are answered 500. */
  refusing: string | undefined
  /** Identities in the order in which they took the lease. */
  readonly holders: string[] = []

  get present(): Lease | undefined {
    return this.#lease
  }

  /** Changes something of no importance, as a person with kubectl might. */
  label(): void {
    if (this.#lease)
      this.#store({ ...this.#lease, metadata: { ...this.#lease.metadata, labels: { a: 'b' } } })
  }

  remove(): void {
    this.#lease = undefined
  }

  answer({ method, body, response }: FakeCall): void {
    if (method === 'GET')
      return this.#lease ? sendJson(response, 200, this.#lease) : sendStatus(response, 404, 'NotFound')
    const sent = body as Lease
    const holder = sent.spec?.holderIdentity ?? ''
    const writer = holder || this.#lease?.spec?.holderIdentity
    if (writer === this.hanging) return
    if (writer === this.refusing) return sendStatus(response, 500, 'InternalError')
    if (method === 'POST' && this.#lease) return sendStatus(response, 409, 'AlreadyExists')
    if (method === 'PUT') {
      if (!this.#lease) return sendStatus(response, 404, 'NotFound')
      if (sent.metadata.resourceVersion !== this.#lease.metadata.resourceVersion)
        return sendStatus(response, 409, 'Conflict')
    }
    this.#store(sent)
    if (holder !== '' && this.holders.at(-1) !== holder) this.holders.push(holder)
    sendJson(response, 200, this.#lease)
  }

  #store(lease: Lease): void {
    const metadata = { ...lease.metadata, resourceVersion: String(++this.#version) }
    this.#lease = { ...lease, metadata }
  }
}
