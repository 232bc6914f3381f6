import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const root = new URL('../', import.meta.url)

/** Version of Chairlift, from its package file. */
export async function readVersion(): Promise<string> {
  const text = await readFile(new URL('package.json', root), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** The commit that is checked out, or null outside a git checkout. */
export async function readGitCommit(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: root })
    return stdout.trim()
  } catch {
    return null
  }
}
