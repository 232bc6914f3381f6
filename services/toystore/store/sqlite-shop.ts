import { hash } from 'node:crypto'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type Applied, nothingApplied, type ShopStore } from '../replica/shop-store.ts'
import {
  type Change,
  type KeyRecord,
  keyLifetimeEntries,
  type Order,
  type Outcome,
  type Product,
} from '../shop/state-machine.ts'

const schema = `
  create table if not exists place (
    one integer primary key check (one = 1), log_name text not null, log_id text,
    applied integer not null, chain text not null, entry_id text not null) strict;
  create table if not exists products (
    name text primary key, price real not null, quantity integer not null check (quantity >= 0),
    restocks integer not null, version integer not null) strict, without rowid;
  create table if not exists orders (
    number integer primary key, name text not null, quantity integer not null check (quantity > 0)) strict;
  create table if not exists keys (
    key text primary key, name text not null, quantity integer not null, number integer, refused text,
    "offset" integer not null) strict, without rowid;
  create index if not exists keys_by_offset on keys ("offset");`

/** How often keys that the state machine passes over are deleted (entries). */
const pruneEveryEntries = 10_000

/** The file is of another log, or another program holds it, or it is damaged. */
export class UnusableFileError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'UnusableFileError'
  }
}

/**
 * A replica's state in one SQLite file. Orders, stock, keys and the place in the log change in one transaction,
 * which is flushed before anybody is answered (`synchronous = full`).
 */
export class SqliteShop implements ShopStore, Disposable {
  readonly file: string
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #products = new Map<string, Product>()
  #applied: Applied = nothingApplied
  #logId: string | null = null
  #orderCount = 0
  #open = false

  /**
   * @param file ':memory:' for a state that is gone with the process
   * @param logName the log that the state belongs to; a new file is bound to it
   * @param flush whether a commit must survive a power cut
   * @throws UnusableFileError
   */
  constructor(file: string, logName: string, flush = true) {
    this.file = file
    this.#database = new DatabaseSync(file)
    try {
      this.#prepare(logName, flush)
    } catch (error) {
      this.#database.close()
      if (error instanceof UnusableFileError) throw error
      throw new UnusableFileError(`${file}: ${(error as Error).message}`, error)
    }
  }

  get applied(): Applied {
    return this.#applied
  }

  get logId(): string | null {
    return this.#logId
  }

  get orderCount(): number {
    return this.#orderCount
  }

  product(name: string): Product | undefined {
    return this.#products.get(name)
  }

  products(): Product[] {
    return [...this.#products.values()]
  }

  order(number: number): Order | undefined {
    const row = this.#run('select number, name, quantity from orders where number = ?').get(number)
    return (
      row && {
        number: row['number'] as number,
        name: row['name'] as string,
        quantity: row['quantity'] as number,
      }
    )
  }

  /** Orders from a number on, in order. */
  orders(from: number, limit: number): Order[] {
    const rows = this.#run(
      'select number, name, quantity from orders where number >= ? order by number limit ?',
    )
    return rows.all(from, limit).map((row) => ({ ...row }) as unknown as Order)
  }

  key(key: string): KeyRecord | undefined {
    const row = this.#run('select name, quantity, number, refused, "offset" from keys where key = ?').get(key)
    if (!row) return undefined
    const outcome = (
      row['number'] === null ? { refused: row['refused'] } : { number: row['number'] }
    ) as Outcome
    const { name, quantity, offset } = row as unknown as KeyRecord
    return { key, name, quantity, outcome, offset }
  }

  write(change: Change): void {
    this.#begin()
    if (change.begun) this.#logId = change.begun.logId
    for (const product of change.products ?? []) {
      const { name, price, quantity, restocks, version } = product
      this.#products.set(name, product)
      this.#run('insert or replace into products values (?, ?, ?, ?, ?)').run(
        name,
        price,
        quantity,
        restocks,
        version,
      )
    }
    if (change.order) {
      const { number, name, quantity } = change.order
      this.#run('insert into orders values (?, ?, ?)').run(number, name, quantity)
      this.#orderCount++
    }
    if (change.key) {
      const { key, name, quantity, outcome, offset } = change.key
      const [number, refused] = 'number' in outcome ? [outcome.number, null] : [null, outcome.refused]
      this.#run('insert or replace into keys values (?, ?, ?, ?, ?, ?)').run(
        key,
        name,
        quantity,
        number,
        refused,
        offset,
      )
    }
  }

  advance(applied: Applied): void {
    this.#begin()
    this.#applied = applied
    if (applied.offset % pruneEveryEntries === 0)
      this.#run('delete from keys where "offset" <= ?').run(applied.offset - keyLifetimeEntries)
  }

  commit(): void {
    if (!this.#open) return
    const { offset, chain, entryId } = this.#applied
    this.#run('update place set log_id = ?, applied = ?, chain = ?, entry_id = ?').run(
      this.#logId,
      offset,
      chain,
      entryId,
    )
    this.#run('commit').run()
    this.#open = false
  }

  /** One hash over all that the state consists of, read from the file (TOY-I9). */
  digest(): string {
    const parts: string[] = [JSON.stringify([this.#logId, this.#applied])]
    const lines = (sql: string, ...values: number[]) => {
      for (const row of this.#run(sql).iterate(...values)) parts.push(JSON.stringify(Object.values(row)))
    }
    lines('select * from products order by name')
    lines('select * from orders order by number')
    lines('select * from keys where "offset" > ? order by key', this.#applied.offset - keyLifetimeEntries)
    return hash('sha256', parts.join('\n'), 'hex')
  }

  /** Writes a whole copy into a new file. */
  copyTo(file: string): void {
    this.commit()
    this.#run('vacuum into ?').run(file)
  }

  /** Binds the state to another log, of which no entry is applied yet. */
  rebind(logName: string): void {
    this.commit()
    this.#run('update place set log_name = ?, applied = -1, chain = ?, entry_id = ?').run(
      logName,
      nothingApplied.chain,
      nothingApplied.entryId,
    )
    // Offsets begin again: a version or key of the old log must not look newer than what comes.
    this.#run('update products set version = -1').run()
    this.#run('update keys set "offset" = -1').run()
  }

  close(): void {
    if (!this.#database.isOpen) return
    this.commit()
    this.#statements.clear()
    this.#database.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #prepare(logName: string, flush: boolean): void {
    const database = this.#database
    // Held as long as the process lives: two processes on one folder would both be right and both wrong.
    database.exec('pragma locking_mode = exclusive; pragma journal_mode = wal')
    database.exec(`pragma synchronous = ${flush ? 'full' : 'normal'}; pragma cache_size = -16000`)
    database.exec(schema)
    const [check] = database.prepare('pragma quick_check').all()
    if (check?.['quick_check'] !== 'ok') throw new UnusableFileError(`${this.file} is damaged`)
    database.prepare('insert or ignore into place values (1, ?, null, -1, ?, ?)').run(logName, '', '')
    const place = database.prepare('select * from place').get() as Record<string, unknown>
    if (place['log_name'] !== logName)
      throw new UnusableFileError(`${this.file} belongs to the log ${place['log_name']}, not ${logName}`)
    this.#logId = place['log_id'] as string | null
    this.#applied = {
      offset: place['applied'] as number,
      chain: place['chain'] as string,
      entryId: place['entry_id'] as string,
    }
    for (const row of database.prepare('select * from products').all())
      this.#products.set(row['name'] as string, { ...row } as unknown as Product)
    const count = database.prepare('select count(*) as orders, max(number) as last from orders').get()
    this.#orderCount = count?.['orders'] as number
    if (this.#orderCount > 0 && count?.['last'] !== this.#orderCount - 1)
      throw new UnusableFileError(`${this.file} is damaged: order numbers have a gap`)
  }

  #begin(): void {
    if (this.#open) return
    this.#run('begin immediate').run()
    this.#open = true
  }

  /** Prepared once. */
  #run(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}
