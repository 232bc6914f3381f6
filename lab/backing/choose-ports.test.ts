import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { choosePorts } from './choose-ports.ts'

test('ports are different and outside the range of outgoing connections', async () => {
  const ports = await choosePorts(50)
  assert.equal(new Set(ports).size, 50)
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '49152 65535')
  const [low = 0, high = 0] = range.trim().split(/\s+/).map(Number)
  // A range that leaves no room for others is used itself.
  if (low >= 12_000) for (const port of ports) assert.ok(port < low || port > high, `${port}`)
  for (const port of ports) assert.ok(port >= 10_000 && port < 65_536, `${port}`)
})
