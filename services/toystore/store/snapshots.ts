import { hash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { query } from '@chairlift/kit/postgres/statement.ts'
import type { Pool } from 'pg'
import type { SqliteShop } from './sqlite-shop.ts'

const partBytes = 1_024 * 1_024
/** Kept of each log; the second is there should the first prove damaged. */
const keptSnapshots = 2

const statements = {
  newest: {
    name: 'toystore-snapshot-newest',
    text: `select "offset", sha256, parts from toystore_snapshots where log = $1 order by "offset" desc limit ${keptSnapshots}`,
  },
  parts: {
    name: 'toystore-snapshot-parts',
    text: 'select body from toystore_snapshot_parts where log = $1 and "offset" = $2 order by part',
  },
  insert: {
    name: 'toystore-snapshot-insert',
    text: `insert into toystore_snapshots (log, "offset", sha256, parts) values ($1, $2, $3, $4)
           on conflict do nothing returning 1 as taken`,
  },
  insertPart: {
    name: 'toystore-snapshot-part-insert',
    text: 'insert into toystore_snapshot_parts (log, "offset", part, body) values ($1, $2, $3, $4)',
  },
  thin: {
    name: 'toystore-snapshot-thin',
    text: `delete from toystore_snapshots where log = $1 and "offset" not in (
             select "offset" from toystore_snapshots where log = $1 order by "offset" desc limit ${keptSnapshots})`,
  },
}

interface SnapshotRow {
  offset: number
  sha256: string
  parts: number
}

/** Offsets of the kept snapshots of a log, the newest first. @throws DependencyUnavailable */
export async function snapshotOffsets(pool: Pool, logName: string): Promise<number[]> {
  const rows = await query<SnapshotRow & Record<string, unknown>>(pool, statements.newest, [logName])
  return rows.map((row) => row.offset)
}

/**
 * Puts a copy of the state where every replica can fetch it: into Postgres, in parts, all or nothing.
 *
 * @returns its offset
 * @throws DependencyUnavailable; Error of the disk
 */
export async function putSnapshot(pool: Pool, logName: string, shop: SqliteShop): Promise<number> {
  const file = `${shop.file}.snapshot`
  await rm(file, { force: true })
  shop.copyTo(file)
  const { offset } = shop.applied
  try {
    const packed = await promisify(gzip)(await readFile(file))
    await storeParts(pool, logName, offset, packed)
  } finally {
    await rm(file, { force: true })
  }
  return offset
}

async function storeParts(pool: Pool, logName: string, offset: number, packed: Buffer): Promise<void> {
  const parts = Math.ceil(packed.length / partBytes)
  const client = await pool.connect()
  try {
    await client.query('begin')
    const sha256 = hash('sha256', packed, 'hex')
    const [row] = await query(client, statements.insert, [logName, offset, sha256, parts])
    for (let part = 0; row && part < parts; part++) {
      const body = packed.subarray(part * partBytes, (part + 1) * partBytes)
      await query(client, statements.insertPart, [logName, offset, part, body])
    }
    await query(client, statements.thin, [logName])
    await client.query('commit')
    client.release()
  } catch (error) {
    client.release(true)
    throw error
  }
}

/**
 * Writes the newest whole snapshot of a log into a file that does not exist yet. One whose checksum is wrong is
 * passed over.
 *
 * @returns its offset, or null when there is none
 * @throws DependencyUnavailable
 */
export async function fetchSnapshot(pool: Pool, logName: string, file: string): Promise<number | null> {
  const rows = await query<SnapshotRow & Record<string, unknown>>(pool, statements.newest, [logName])
  for (const { offset, sha256 } of rows) {
    const parts = await query<{ body: Buffer }>(pool, statements.parts, [logName, offset])
    const packed = Buffer.concat(parts.map(({ body }) => body))
    if (hash('sha256', packed, 'hex') !== sha256) continue
    await writeFile(file, await promisify(gunzip)(packed), { flag: 'wx' })
    return offset
  }
  return null
}
