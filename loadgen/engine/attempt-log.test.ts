import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runLoad } from './run-load.ts'
import { closedGroup, fixedPlan, startTestServer } from './testing/test-server.ts'

async function rowsOf(path: string): Promise<Record<string, string>[]> {
  const [header = '', ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\n')
  const names = header.split(',')
  return lines.map((line) => {
    const values = line.split(',')
    return Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']))
  })
}

test('RID-D10 the log has one row for each attempt, failed ones included', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'attempt-log-'))
  let requests = 0
  const triesOf = new Map<string, number>()
  await using server = await startTestServer((request, response) => {
    requests++
    const path = request.url ?? ''
    const item = Number(path.split('/')[1])
    const tries = (triesOf.get(path) ?? 0) + 1
    triesOf.set(path, tries)
    // Items with a 3 at the end are cut off once, those with a 7 answered 503 twice.
    if (item % 10 === 3 && tries === 1) request.socket.destroy()
    else {
      response.statusCode = item % 10 === 7 && tries <= 2 ? 503 : 200
      response.end()
    }
  })
  const csvPath = join(folder, 'attempts.csv')
  const startMs = Date.now()
  const groups = [
    closedGroup(3, 100, { name: 'warm-up', measured: false }),
    closedGroup(8, 2_900, { name: 'main', firstItem: 100 }),
  ]
  const result = await runLoad(fixedPlan(server.url, groups, {}, { csvPath, workers: 2 }))
  const rows = await rowsOf(csvPath)
  await rm(folder, { recursive: true })

  const attempts = (result.operations.fixed?.attempts ?? 0) + (result.unmeasured.fixed?.attempts ?? 0)
  assert.equal(rows.length, attempts)
  assert.equal(rows.length, requests)
  assert.equal(rows.length, 3_000 + 300 + 600)
  const byStatus = (status: string) => rows.filter((row) => row.status === status).length
  const counted = (status: string) =>
    (result.operations.fixed?.byStatus[status] ?? 0) + (result.unmeasured.fixed?.byStatus[status] ?? 0)
  for (const status of ['0', '200', '503']) assert.equal(byStatus(status), counted(status), status)
  assert.ok(rows.every((row) => (row.status === '0') === (row.reason !== '')))
  assert.ok(rows.every((row) => Number(row.start_epoch_us) >= startMs * 1_000 && Number(row.latency_ms) >= 0))
  assert.deepEqual(new Set(rows.map((row) => row.group)), new Set(['warm-up', 'main']))
  assert.equal(new Set(rows.map((row) => row.thread)).size, 11)
  // Attempts of one request are numbered from 1, and exactly the last one succeeded.
  const ofRequest = new Map<string, Record<string, string>[]>()
  for (const row of rows) ofRequest.set(row.request ?? '', [...(ofRequest.get(row.request ?? '') ?? []), row])
  assert.equal(ofRequest.size, 3_000)
  for (const tries of ofRequest.values()) {
    assert.deepEqual(
      tries.map((row) => Number(row.attempt)),
      tries.map((_, i) => i + 1),
    )
    assert.deepEqual(
      tries.map((row) => row.status === '200'),
      tries.map((_, i) => i === tries.length - 1),
    )
  }
})

test('a log that cannot be written makes the run reject', async () => {
  await using server = await startTestServer((_request, response) => response.end())
  const csvPath = join(tmpdir(), 'no-such-folder', 'attempts.csv')
  await assert.rejects(runLoad(fixedPlan(server.url, [closedGroup(1, 10)], {}, { csvPath })), /ENOENT/)
})
