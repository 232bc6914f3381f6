import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The user a server runs as when the lab runs as root. */
export interface ServiceAccount {
  readonly uid: number
  readonly gid: number
}

/**
 * The first of the named users that exists, else `nobody`; null when the lab is not root, and the server
 * then simply runs as the caller. PostgreSQL refuses to run as root, and the others have no need to.
 */
export async function findServiceAccount(names: readonly string[]): Promise<ServiceAccount | null> {
  if (process.getuid?.() !== 0) return null
  for (const name of [...names, 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
    } catch {
      // No such user: the next name.
    }
  }
  throw new Error(`none of the users ${names.join(', ')}, nobody exists, and servers must not run as root`)
}
