// Measures what ?fsync=true costs on a folder's disk: node kit/blobs/fsync-cost.ts [FOLDER]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { v7 as uuid } from 'uuid'
import { openFileStore } from './file-store.ts'

const objects = 2_000
const rounds = 5
const atOnce = 16
const content = Buffer.alloc(3_475, 1)

/** Objects a second, with sixteen writers. */
async function measure(folder: string, fsync: boolean): Promise<number> {
  const store = await openFileStore(new URL(`${pathToFileURL(folder).href}?fsync=${fsync}`))
  const startedAt = performance.now()
  const write = async () => {
    for (let count = 0; count < objects / atOnce; count++)
      await store.put(`cost/${uuid()}`, content, 'image/png')
  }
  await Promise.all(Array.from({ length: atOnce }, write))
  return objects / ((performance.now() - startedAt) / 1_000)
}

const folder = await mkdtemp(join(process.argv[2] ?? tmpdir(), 'chairlift-fsync-'))
try {
  const figures: [plain: number, flushed: number][] = []
  for (let round = 0; round < rounds; round++)
    figures.push([await measure(folder, false), await measure(folder, true)])
  const median = (values: number[]) => values.toSorted((left, right) => left - right)[rounds >> 1] as number
  const [plain, flushed] = [median(figures.map(([one]) => one)), median(figures.map(([, other]) => other))]
  process.stdout.write(
    `objects of ${content.length} bytes a second: ${plain.toFixed(0)} without, ${flushed.toFixed(0)} with fsync\n`,
  )
} finally {
  await rm(folder, { recursive: true, force: true })
}
