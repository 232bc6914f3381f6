import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'

/** Chooses that many different free TCP ports of the loopback interface. */
export type ChoosePorts = (count: number) => Promise<number[]>

/**
 * Chooses free loopback ports below the range from which the kernel takes the local ports of outgoing
 * connections. Inside it, a stopped server's port could be taken by a client's connection before the
 * server is started again, and a client that keeps dialling the port could connect to itself.
 * The ports are free when looked at, not reserved: a server that finds one taken is started again on
 * others.
 *
 * @throws Error when no free port is found in 200 tries for each
 */
export const choosePorts: ChoosePorts = async (count) => {
  const { from, to } = await readServerRange()
  const chosen = new Set<number>()
  for (let tries = 0; chosen.size < count; tries++) {
    if (tries >= 200 * count) throw new Error(`no ${count} free ports on 127.0.0.1 from ${from} to ${to}`)
    const port = randomInt(from, to)
    if (!chosen.has(port) && (await isFree(port))) chosen.add(port)
  }
  return [...chosen]
}

/** The ports to choose from: `from` inclusive, `to` exclusive. */
async function readServerRange(): Promise<{ from: number; to: number }> {
  const linux = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '49152 65535')
  const [low = 32_768, high = 60_999] = linux.trim().split(/\s+/).map(Number)
  if (low >= 12_000) return { from: Math.max(10_000, low - 16_000), to: low }
  return high <= 60_000 ? { from: high + 1, to: 65_536 } : { from: 10_000, to: 65_536 }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true })
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
