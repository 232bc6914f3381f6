import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpProxy extends AsyncDisposable {
  /** The given URL with this proxy's address. */
  url: string
  /** Stops forwarding what clients send, as a server does that no longer reads. */
  pause(): void
  resume(): void
  /** Breaks every connection, and with `refuse` every new one too, until {@link TcpProxy.accept}. */
  cut(options?: { refuse: boolean }): void
  accept(): void
  /** Sends bytes to the server as if a client had; sound only while the clients are silent. */
  inject(bytes: Buffer): void
  /** Bytes from clients so far, over all connections. */
  received(): number
}

/** Stands between a client and a real server, to do to their connection what networks do. */
export async function tcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target)
  const pairs = new Set<[client: Socket, server: Socket]>()
  let refusing = false
  let received = 0
  const proxy = createServer((client) => {
    if (refusing) return client.destroy()
    const server = connect(Number(port), hostname)
    const pair: [Socket, Socket] = [client, server]
    pairs.add(pair)
    client.on('data', (chunk) => {
      received += chunk.length
    })
    client.pipe(server).pipe(client)
    for (const socket of pair) {
      socket.on('error', () => undefined)
      socket.on('close', () => {
        pairs.delete(pair)
        client.destroy()
        server.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((proxy.address() as AddressInfo).port)
  const cut = (options = { refuse: false }) => {
    refusing = options.refuse
    for (const [client] of pairs) client.destroy()
  }
  return {
    url: url.href,
    pause: () => {
      for (const [client, server] of pairs) {
        client.unpipe(server)
        client.pause()
      }
    },
    resume: () => {
      for (const [client, server] of pairs) client.pipe(server)
    },
    cut,
    accept: () => {
      refusing = false
    },
    inject: (bytes) => {
      for (const [, server] of pairs) server.write(bytes)
    },
    received: () => received,
    async [Symbol.asyncDispose]() {
      cut({ refuse: true })
      await new Promise((resolve) => proxy.close(resolve))
    },
  }
}
