import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { eventually } from './eventually.ts'

export interface S3Server extends AsyncDisposable {
  /** Address, for `s3Endpoint`. */
  endpoint: string
  bucket: string
  /** Settings of a process that uses the bucket, as environment variables. */
  environment: Record<string, string>
  accessKeyId: string
  secretAccessKey: string
  /** Ends it with SIGKILL; its data stays. */
  kill(): Promise<void>
  /** Starts it again on the same port with the same data. */
  restart(): Promise<void>
}

const installer = fileURLToPath(new URL('install-s3-server.sh', import.meta.url))

/** A real server compatible with S3 (versitygw over a folder), private and empty but for one bucket. */
export async function startS3Server(): Promise<S3Server> {
  const program = (await promisify(execFile)(installer)).stdout.trim()
  const folder = await mkdtemp(join(tmpdir(), 'chairlift-s3-'))
  const [bucket, accessKeyId, secretAccessKey] = ['images', 'test', randomBytes(12).toString('hex')]
  await Promise.all(['data/images', 'metadata'].map((name) => mkdir(join(folder, name), { recursive: true })))
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  const killWithParent = () => child?.kill('SIGKILL')
  process.once('exit', killWithParent)

  async function start(): Promise<void> {
    // Metadata beside the data rather than in extended attributes, which not every file system has.
    const backend = ['posix', '--sidecar', join(folder, 'metadata'), join(folder, 'data')]
    child = spawn(program, ['--quiet', '--keep-alive', '--port', `127.0.0.1:${port}`, ...backend], {
      env: { PATH: process.env['PATH'], ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let errors = ''
    child.stderr?.on('data', (data) => {
      errors += data
    })
    await eventually(`the S3 server answers on port ${port}: ${errors}`, async () => {
      if (child?.exitCode !== null) throw new Error(`the S3 server ended: ${errors}`)
      return (await fetch(endpoint)).status > 0
    })
  }
  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  await start()
  return {
    endpoint,
    bucket,
    accessKeyId,
    secretAccessKey,
    environment: {
      BLOB_URL: `s3://${bucket}`,
      S3_ENDPOINT: endpoint,
      S3_ACCESS_KEY_ID: accessKeyId,
      S3_SECRET_ACCESS_KEY: secretAccessKey,
    },
    kill,
    restart: start,
    async [Symbol.asyncDispose]() {
      await kill()
      process.off('exit', killWithParent)
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
