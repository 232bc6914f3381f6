import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readProcess } from './process-table.ts'

interface Started {
  readonly lab: ChildProcess
  readonly reaper: number
  readonly kept: number
  readonly forgotten: number
}

/** A stand-in for the lab, which registers a folder and one of two processes with its reaper. */
async function startLab(folder: string, ending: string): Promise<Started> {
  const source = `
    import { spawn } from 'node:child_process'
    import { startReaper } from ${JSON.stringify(import.meta.resolve('./reaper.ts'))}
    const reaper = startReaper()
    const start = () => spawn('sleep', ['63'], { detached: true, stdio: 'ignore' })
    const [kept, forgotten] = [start(), start()]
    reaper.watch(kept.pid)
    reaper.watch(forgotten.pid)
    reaper.forget(forgotten.pid)
    reaper.watchFolder(${JSON.stringify(folder)})
    console.log(JSON.stringify({ reaper: reaper.pid, kept: kept.pid, forgotten: forgotten.pid }))
    ${ending}
  `
  const lab = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(lab.stdout, 'data')) as [Buffer]
  return { lab, ...(JSON.parse(line.toString()) as Omit<Started, 'lab'>) }
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chairlift-reaper-test-'))
  await writeFile(join(folder, 'file'), 'something')
  return folder
}

/** Whether the process is far enough into its start to have a handler for the signal. */
function catches(pid: number, signal: 'SIGHUP'): boolean {
  const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0'
  return (BigInt(`0x${mask}`) & (1n << BigInt(constants.signals[signal] - 1))) !== 0n
}

const hasEnded = (pid: number) => () => assert.equal(readProcess(pid), null)
const patience = { timeout: 20_000, interval: 50 }

test('after SIGKILL of the lab its processes end and its folder is gone, and nothing else', async (t) => {
  const folder = await makeFolder()
  const { lab, reaper, kept, forgotten } = await startLab(folder, 'setInterval(() => {}, 1000)')
  // What a shell or a service manager may send to all around must not keep the reaper from its work.
  // Node catches SIGTERM and SIGINT from the first on, but SIGHUP only for the reaper's own handler.
  await t.waitFor(() => assert.ok(catches(reaper, 'SIGHUP')), patience)
  process.kill(reaper, 'SIGTERM')
  lab.kill('SIGKILL')
  await t.waitFor(hasEnded(kept), patience)
  await t.waitFor(hasEnded(reaper), patience)
  assert.ok(!existsSync(folder))
  assert.ok(readProcess(forgotten))
  process.kill(forgotten, 'SIGKILL')
})

test('a lab that ends without a goodbye is cleaned up after as well', async (t) => {
  const folder = await makeFolder()
  const { reaper, kept, forgotten } = await startLab(folder, 'process.exit(1)')
  await t.waitFor(hasEnded(reaper), patience)
  assert.equal(readProcess(kept), null)
  assert.ok(!existsSync(folder))
  process.kill(forgotten, 'SIGKILL')
})

test('after a goodbye the reaper ends and touches nothing', async (t) => {
  const folder = await makeFolder()
  const { reaper, kept, forgotten } = await startLab(folder, 'await reaper.close(); process.exit()')
  await t.waitFor(hasEnded(reaper), patience)
  assert.ok(readProcess(kept))
  assert.ok(existsSync(folder))
  for (const pid of [kept, forgotten]) process.kill(pid, 'SIGKILL')
  await rm(folder, { recursive: true })
})
