import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readResult } from '@chairlift/loadgen/result/result-file.ts'
import type { Result } from '@chairlift/loadgen/result/result-schema.ts'

const program = fileURLToPath(import.meta.resolve('@chairlift/lab/bin/chairlift.js'))

/** Result and report of a Job, by the documented command: `kubectl logs job/NAME | chairlift report - --out DIR`. */
export async function readJobResult(log: string): Promise<{ result: Result; report: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'chairlift-job-'))
  try {
    const child = spawn(process.execPath, [program, 'report', '-', '--out', folder], {
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    child.stdin.end(log)
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(`chairlift report: exit code ${code}; the log:\n${log}`)
    return {
      result: await readResult(join(folder, 'result.json')),
      report: await readFile(join(folder, 'report.html'), 'utf8'),
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
