import { readFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { createServer } from 'node:tls'

const read = (name: string) => readFileSync(new URL(`tls/${name}`, import.meta.url), 'utf8')

export interface TlsProxy extends AsyncDisposable {
  /** The target's URL over TLS. */
  url: string
  /** The certificate authority to trust; the certificate is for 127.0.0.1. */
  ca: string
}

/** Puts TLS in front of a real server, with a certificate that no public authority has signed. */
export async function startTlsProxy(target: string): Promise<TlsProxy> {
  const { hostname, port } = new URL(target)
  const proxy = createServer({ key: read('server.key'), cert: read('server.crt') }, (client) => {
    const server = connect(Number(port), hostname)
    client.pipe(server).pipe(client)
    client.on('error', () => server.destroy())
    server.on('error', () => client.destroy())
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
  })
  // A client that does not trust the certificate breaks off.
  proxy.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const url = new URL(target.replace(/^amqp:/, 'amqps:').replace(/^http:/, 'https:'))
  url.port = String((proxy.address() as AddressInfo).port)
  return {
    url: url.href,
    ca: read('server.crt'),
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => proxy.close(resolve))
    },
  }
}
