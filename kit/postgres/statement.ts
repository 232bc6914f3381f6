import type { ClientBase, Pool, QueryResultRow } from 'pg'
import { DependencyUnavailable } from '../errors/dependency-unavailable.ts'
import { isDataFault } from './data-fault.ts'

/**
 * A named statement: Postgres parses and plans it once per connection.
 * The name must be unique to the text within a process.
 */
export interface Statement {
  name: string
  text: string
}

/**
 * Runs a statement. @returns its rows
 * @throws DependencyUnavailable when Postgres cannot be used; the driver's error when the data are at fault
 */
export async function query<R extends QueryResultRow>(
  database: Pool | ClientBase,
  statement: Statement,
  values: unknown[],
): Promise<R[]> {
  try {
    return (await database.query<R>({ ...statement, values })).rows
  } catch (error) {
    if (isDataFault(error)) throw error
    throw new DependencyUnavailable('postgres', (error as Error).message, { cause: error })
  }
}
