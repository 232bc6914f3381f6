import type { ApiClient } from '../kubernetes/api-client.ts'
import { isNotFound } from '../kubernetes/api-error.ts'
import type { Secret } from '../kubernetes/objects.ts'
import type { QueueScalerSpec } from '../queue-scaler/spec-schema.ts'
import { type BrokerSettings, readBrokerSettings } from '../signals/broker-settings.ts'
import { SignalFault } from '../signals/signal-fault.ts'

export interface BrokerSecret {
  settings: BrokerSettings | undefined
  fault: SignalFault | undefined
}

/** A sound Secret is read again after this time, for a new password; one at fault sooner. */
const soundMs = 30_000
const faultyMs = 3_000

/**
 * Reads one scaler's Secret by name, so that the operator needs neither `list` nor `watch` on Secrets: it cannot look
 * around among them.
 */
export class BrokerSecretReader {
  #last: BrokerSecret = { settings: undefined, fault: undefined }
  #readAtMs = Number.NEGATIVE_INFINITY

  /**
   * @param suspicious the broker refuses what the Secret says, so it may have been mended meanwhile
   * @throws ApiError, ApiUnreachable when the API server does not say whether it is there
   */
  async read(
    client: ApiClient,
    namespace: string,
    reference: QueueScalerSpec['connection']['secretRef'],
    suspicious: boolean,
  ): Promise<BrokerSecret> {
    const ageMs = performance.now() - this.#readAtMs
    if (ageMs < (suspicious || this.#last.fault ? faultyMs : soundMs)) return this.#last
    this.#last = await this.#fetch(client, namespace, reference)
    this.#readAtMs = performance.now()
    return this.#last
  }

  async #fetch(
    client: ApiClient,
    namespace: string,
    reference: QueueScalerSpec['connection']['secretRef'],
  ): Promise<BrokerSecret> {
    try {
      const path = `/api/v1/namespaces/${namespace}/secrets/${encodeURIComponent(reference.name)}`
      const secret = await client.request<Secret>('GET', path)
      return { settings: readBrokerSettings(secret, reference), fault: undefined }
    } catch (error) {
      if (error instanceof SignalFault) return { settings: undefined, fault: error }
      if (!isNotFound(error)) throw error
      const fault = new SignalFault(
        'SecretNotFound',
        `Secret "${reference.name}" does not exist in namespace "${namespace}"`,
      )
      return { settings: undefined, fault }
    }
  }
}
