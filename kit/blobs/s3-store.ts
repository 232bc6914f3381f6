import { createReadStream } from 'node:fs'
import { mkdir, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import { type BlobContent, type BlobStore, checkKey } from './blob-store.ts'
import type { BlobStoreOptions } from './open-blob-store.ts'

/** S3 deletes at most so many objects in one call. */
const mostDeletions = 1_000
const connections = 64

/**
 * Objects in a bucket of S3 or of a compatible server. `put` resolves when the server has acknowledged the whole
 * object; S3 shows no part of one.
 */
export async function openS3Store(url: URL, options: BlobStoreOptions): Promise<BlobStore> {
  const bucket = url.hostname
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '')
  const keyPrefix = prefix === '' ? '' : `${prefix}/`
  // One folder for all processes of a machine, so that what a crashed one left is found.
  const spoolFolder = join(tmpdir(), 'chairlift-spool')
  await mkdir(spoolFolder, { recursive: true, mode: 0o700 })
  const client = openClient(options)

  async function put(key: string, content: BlobContent, contentType: string): Promise<void> {
    const inMemory = Buffer.isBuffer(content)
    const body = inMemory ? content : createReadStream(content.file)
    const bytes = inMemory ? content.length : content.bytes
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: keyPrefix + key,
          Body: body,
          ContentLength: bytes,
          ContentType: contentType,
        }),
      )
    } finally {
      if (!inMemory) {
        ;(body as ReturnType<typeof createReadStream>).destroy()
        await unlink(content.file).catch(() => undefined)
      }
    }
  }

  async function removePage(keys: readonly string[]): Promise<void> {
    const { Errors: errors = [] } = await client.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: { Objects: keys.map((key) => ({ Key: keyPrefix + key })), Quiet: true },
      }),
    )
    const [first] = errors.filter(({ Code: code }) => code !== 'NoSuchKey')
    if (first) throw new Error(`${first.Key}: ${first.Message ?? first.Code}`)
  }

  return {
    spoolFolder,
    async put(key, content, contentType) {
      checkKey(key)
      await guard(() => put(key, content, contentType))
    },
    async get(key, range) {
      checkKey(key)
      return await guard(async () => {
        const found = await client
          .send(
            new GetObjectCommand({
              Bucket: bucket,
              Key: keyPrefix + key,
              ...(range && { Range: `bytes=${range.first}-${range.last}` }),
            }),
          )
          .catch((error) => {
            if (error instanceof NoSuchKey) return undefined
            throw error
          })
        return found?.Body as Readable | undefined
      })
    },
    async remove(keys) {
      keys.forEach(checkKey)
      for (let start = 0; start < keys.length; start += mostDeletions)
        await guard(() => removePage(keys.slice(start, start + mostDeletions)))
    },
    async *list() {
      let token: string | undefined
      do {
        const page = await guard(() =>
          client.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: keyPrefix,
              ...(token && { ContinuationToken: token }),
            }),
          ),
        )
        token = page.NextContinuationToken
        yield (page.Contents ?? []).map(({ Key: key = '' }) => key.slice(keyPrefix.length))
      } while (token)
    },
    async check() {
      await guard(() => client.send(new HeadBucketCommand({ Bucket: bucket })))
    },
    close: () => client.destroy(),
  }
}

function openClient(options: BlobStoreOptions): S3Client {
  const { s3Endpoint, s3Region, s3AccessKeyId, s3SecretAccessKey, timeoutMs } = options
  return new S3Client({
    region: s3Region,
    // Compatible servers seldom have a name of their own for each bucket.
    ...(s3Endpoint !== '' && { endpoint: s3Endpoint, forcePathStyle: true }),
    ...(s3AccessKeyId !== '' && {
      credentials: { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey },
    }),
    maxAttempts: 2,
    // The newer default sends a checksum behind the body, which not every compatible server takes.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: connections, keepAlive: true },
      httpsAgent: { maxSockets: connections, keepAlive: true },
    },
  })
}

async function guard<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw new DependencyUnavailable('s3', (error as Error).message, { cause: error })
  }
}
