import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { observeProcess } from './process-vitals.ts'

test('throttling is what the cgroup counted while the run lasted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitals-'))
  const path = join(folder, 'cpu.stat')
  const write = (periods: number, usec: number) =>
    writeFile(path, `usage_usec 1\nnr_periods 9\nnr_throttled ${periods}\nthrottled_usec ${usec}\n`)
  await write(4, 1_000_000)
  const vitals = observeProcess(path)
  await write(7, 2_500_000)
  assert.deepEqual(vitals().throttled, { periods: 3, seconds: 1.5 })
  await rm(folder, { recursive: true })
})

test('a system without such a file is not taken for one that does not throttle', () => {
  const { throttled, cpuSeconds } = observeProcess(join(tmpdir(), 'no', 'such', 'cpu.stat'))()
  assert.equal(throttled, null)
  assert.ok(cpuSeconds.user >= 0 && cpuSeconds.system >= 0)
})
