import { setTimeout as delay } from 'node:timers/promises'
import { DependencyUnavailable } from '@chairlift/kit/errors/dependency-unavailable.ts'
import type { Logger } from '@chairlift/kit/log/logger.ts'
import { query } from '@chairlift/kit/postgres/statement.ts'
import pg, { type Pool } from 'pg'
import type { CommandLog, LogListener } from './command-log.ts'

export interface TableLogOptions {
  /** For writing. */
  pool: Pool
  /** For the one connection that reads. */
  url: string
  /** Name of the log. */
  name: string
  /** Entries older than this may be dropped (s). */
  retentionSeconds: number
  log: Logger
}

const channel = 'toystore_log'
const batchEntries = 1_000
/** A notification can be lost with its connection only, but a look now and then costs nothing (ms). */
const lookAgainMs = 1_000
const longestWaitMs = 1_000

/**
 * The new offset comes from the head's row, whose lock is held until the commit: entries become visible in the
 * order of their offsets, which a sequence does not give, and a rolled-back write leaves no gap.
 */
const appendStatement = {
  name: 'toystore-log-append',
  text: `with head as (
      insert into toystore_log_heads (log, next_offset) values ($1, 1)
      on conflict (log) do update set next_offset = toystore_log_heads.next_offset + 1
      returning next_offset - 1 as "offset"
    )
    insert into toystore_log (log, "offset", id, body) select $1, "offset", $2, $3 from head
    returning "offset", pg_notify('${channel}', $1)`,
}

const readStatement = {
  name: 'toystore-log-read',
  text: `select "offset", body from toystore_log where log = $1 and "offset" >= $2 order by "offset" limit $3`,
}

const truncateStatement = {
  name: 'toystore-log-truncate',
  text: `delete from toystore_log where log = $1 and "offset" < $2 and written_at < now() - make_interval(secs => $3)`,
}

/** The log as a Postgres table: an entry is acknowledged when it was flushed to Postgres' disk. */
export class TableLog implements CommandLog {
  readonly #options: TableLogOptions
  readonly #closed = new AbortController()
  #reading: Promise<void> | undefined
  #client: pg.Client | undefined

  constructor(options: TableLogOptions) {
    this.#options = options
  }

  async append(id: string, body: Buffer): Promise<void> {
    await this.appendAndLocate(id, body)
  }

  async appendAndLocate(id: string, body: Buffer): Promise<number> {
    const { pool, name } = this.#options
    try {
      const [row] = await query<{ offset: number }>(pool, appendStatement, [name, id, body])
      return (row as { offset: number }).offset
    } catch (cause) {
      throw new DependencyUnavailable('log', (cause as Error).message, { cause, outcomeUnknown: true })
    }
  }

  read(listener: LogListener): Promise<void> {
    this.#reading = this.#readOn(listener)
    return Promise.resolve()
  }

  async truncate(beforeOffset: number): Promise<void> {
    const { pool, name, retentionSeconds } = this.#options
    await query(pool, truncateStatement, [name, beforeOffset, retentionSeconds])
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await this.#client?.end().catch(() => undefined)
    await this.#reading
  }

  async #readOn(listener: LogListener): Promise<void> {
    const { signal } = this.#closed
    for (let waitMs = 100; !signal.aborted; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      try {
        await this.#session(listener, () => {
          waitMs = 100
        })
      } catch (error) {
        if (signal.aborted) return
        const reason = (error as Error).message
        this.#options.log.warn({ reason }, 'cannot read the log')
        listener.interrupted(reason)
      }
      await delay(waitMs, undefined, { signal }).catch(() => undefined)
    }
  }

  /** Reads over one connection until it breaks. */
  async #session(listener: LogListener, begun: () => void): Promise<void> {
    const { url, name } = this.#options
    const client = new pg.Client({
      connectionString: url,
      application_name: `${name} reader`,
      connectionTimeoutMillis: 5_000,
      query_timeout: 10_000,
      keepAlive: true,
    })
    this.#client = client
    let wake: () => void = () => undefined
    let news = true
    let broken: Error | undefined
    const stir = () => {
      news = true
      wake()
    }
    client.on('notification', ({ payload }) => payload === name && stir())
    client.on('error', (error) => {
      broken = error
      stir()
    })
    client.on('end', () => {
      broken ??= new Error('the connection was closed')
      stir()
    })
    try {
      await client.connect()
      await client.query(`listen ${channel}`)
      listener.connected()
      begun()
      let next = Math.max(0, listener.position())
      while (!broken && !this.#closed.signal.aborted) {
        news = false
        const { rows } = await client.query<{ offset: number; body: Buffer }>({
          ...readStatement,
          values: [name, next, batchEntries],
        })
        const last = rows.at(-1)
        if (last) {
          listener.entries(rows)
          next = Number(last.offset) + 1
        }
        if (rows.length === batchEntries || news || broken) continue
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, lookAgainMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      if (broken) throw broken
    } finally {
      this.#client = undefined
      await client.end().catch(() => undefined)
    }
  }
}
