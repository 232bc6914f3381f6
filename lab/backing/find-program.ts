import { constants } from 'node:fs'
import { access, glob } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Where distributions put server programs, besides the folders of PATH. */
const serverFolders = {
  // Before PATH: Debian's /usr/sbin/rabbitmq-server is a wrapper that switches to the system's own node.
  beforePath: ['/usr/lib/rabbitmq/bin'],
  afterPath: [
    '/usr/lib/postgresql/*/bin',
    '/usr/pgsql-*/bin',
    '/usr/local/sbin',
    '/usr/sbin',
    '/sbin',
    '/opt/homebrew/bin',
    '/opt/homebrew/sbin',
    '/opt/homebrew/opt/postgresql@*/bin',
    '/opt/homebrew/opt/rabbitmq/sbin',
  ],
}

/** A server program that is not installed; the message names the command that installs it. */
export class ProgramMissingError extends Error {
  constructor(program: string) {
    super(`${program} is not installed; \`sh lab/install-servers.sh\` installs it or says how`)
    this.name = 'ProgramMissingError'
  }
}

/**
 * The folder that holds all the named programs (so that the parts of one server are of one version).
 * Of several versions the highest wins.
 *
 * @throws ProgramMissingError
 */
export async function findProgramFolder(programs: readonly string[], path: string): Promise<string> {
  const patterns = [...serverFolders.beforePath, ...path.split(delimiter), ...serverFolders.afterPath]
  for (const pattern of patterns.filter(Boolean)) {
    const folders = pattern.includes('*') ? await Array.fromAsync(glob(pattern)) : [pattern]
    folders.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    for (const folder of folders) {
      const found = await Promise.all(programs.map((program) => isExecutable(join(folder, program))))
      if (found.every(Boolean)) return folder
    }
  }
  throw new ProgramMissingError(programs[0] ?? '(no program)')
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
