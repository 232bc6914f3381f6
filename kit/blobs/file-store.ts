import { mkdir, open, opendir, readdir, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { v7 as uuid } from 'uuid'
import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import { type BlobContent, type BlobStore, checkKey } from './blob-store.ts'
import { openFileRange } from './open-file-range.ts'

const pageKeys = 1_000

/**
 * Objects as files below a folder: `objects/SHARD/KEY` with `/` as `+`, unfinished ones in `incoming`. A file is
 * written under another name and renamed into place, so that nobody ever sees a part of one.
 *
 * Without `?fsync=true` an object survives the end of this process and not a power cut; with it the file and its
 * folder are flushed before `put` resolves.
 *
 * @throws Error when the folder cannot be made
 */
export async function openFileStore(url: URL): Promise<BlobStore> {
  const root = fileURLToPath(new URL(url.pathname, 'file:///'))
  const fsync = url.searchParams.get('fsync') === 'true'
  const spoolFolder = join(root, 'incoming')
  const objects = join(root, 'objects')
  await Promise.all([mkdir(spoolFolder, { recursive: true }), mkdir(objects, { recursive: true })])
  const known = new Map<string, Promise<unknown>>()

  /** The folder of a key's file, made the first time it is needed. */
  async function shardFor(key: string): Promise<string> {
    const shard = join(objects, shardOf(key))
    let made = known.get(shard)
    if (!made) {
      made = mkdir(shard, { recursive: true })
      known.set(shard, made)
      made.catch(() => known.delete(shard))
    }
    await made
    return shard
  }

  async function put(key: string, content: BlobContent): Promise<void> {
    const shard = await shardFor(key)
    const temporary = Buffer.isBuffer(content) ? join(spoolFolder, uuid()) : content.file
    try {
      if (Buffer.isBuffer(content)) await writeFile(temporary, content, { flag: 'wx', flush: fsync })
      else if (fsync) await flushFile(temporary)
      await rename(temporary, join(shard, fileOf(key)))
      if (fsync) await flushFile(shard)
    } catch (error) {
      await unlink(temporary).catch(() => undefined)
      throw error
    }
  }

  return {
    spoolFolder,
    async put(key, content) {
      checkKey(key)
      await guard(() => put(key, content))
    },
    async get(key, range) {
      checkKey(key)
      return await guard(() => openFileRange(join(objects, shardOf(key), fileOf(key)), range))
    },
    async remove(keys) {
      keys.forEach(checkKey)
      await guard(() =>
        Promise.all(keys.map((key) => unlink(join(objects, shardOf(key), fileOf(key))).catch(ignoreAbsence))),
      )
    },
    async *list() {
      for (const shard of await guard(() => readdir(objects))) yield* pagesOf(join(objects, shard))
    },
    async check() {
      await guard(() => readdir(spoolFolder))
    },
    close: () => undefined,
  }
}

/** Keys begin with what they have in common, such as the time of a UUIDv7, and end in what differs. */
function shardOf(key: string): string {
  return key.slice(-2).replace('/', '-')
}

function fileOf(key: string): string {
  return key.replaceAll('/', '+')
}

async function* pagesOf(folder: string): AsyncGenerator<string[]> {
  let page: string[] = []
  for await (const { name } of await guard(() => opendir(folder))) {
    page.push(name.replaceAll('+', '/'))
    if (page.length < pageKeys) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}

async function flushFile(path: string): Promise<void> {
  await using file = await open(path, 'r')
  await file.sync()
}

function ignoreAbsence(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

async function guard<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw new DependencyUnavailable('blobs', (error as Error).message, { cause: error })
  }
}
