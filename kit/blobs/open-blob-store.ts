import type { BlobStore } from './blob-store.ts'
import { openFileStore } from './file-store.ts'
import { openS3Store } from './s3-store.ts'

export interface BlobStoreOptions {
  /** `s3://bucket/prefix`, or `file:///folder` with `?fsync=true` to flush each object to the disk. */
  url: string
  /** Longest time for one operation on S3 (ms). */
  timeoutMs: number
  /** Address of a server that is compatible with S3; empty means AWS. */
  s3Endpoint: string
  s3Region: string
  /** Empty: the AWS SDK looks for credentials in its usual places (pod identity, environment, files). */
  s3AccessKeyId: string
  s3SecretAccessKey: string
}

/**
 * The blob store that a URL names.
 *
 * @throws Error for a URL of another kind, or when the folder of `file:///` cannot be made
 */
export async function openBlobStore(options: BlobStoreOptions): Promise<BlobStore> {
  const url = new URL(options.url)
  if (url.protocol === 's3:') return await openS3Store(url, options)
  return await openFileStore(url)
}
