import { type BrokerSettings, inVhost } from './broker-settings.ts'
import { type DepthReader, openDepthReader } from './depth-reader.ts'

/** A share in a connection; give it back when the scaler goes. */
export interface SharedReader {
  readonly reader: DepthReader
  release(): Promise<void>
}

/** One connection for all scalers that use the same broker, user and vhost: a thousand scalers are no thousand connections. */
export class DepthReaders {
  readonly #shared = new Map<string, { reader: DepthReader; users: number }>()

  acquire(settings: BrokerSettings, vhost: string): SharedReader {
    const url = inVhost(settings.amqpUrl, vhost)
    const key = `${url}\n${settings.ca ?? ''}`
    const entry = this.#shared.get(key) ?? { reader: openDepthReader(url, vhost, settings.ca), users: 0 }
    this.#shared.set(key, entry)
    entry.users++
    let released = false
    return {
      reader: entry.reader,
      release: async () => {
        if (released) return
        released = true
        if (--entry.users > 0) return
        this.#shared.delete(key)
        await entry.reader.close()
      },
    }
  }
}
