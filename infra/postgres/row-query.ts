import type { Pool, PoolClient } from 'pg'
import { settingsOfTransactions } from './pooler.ts'

/** A column as the wire brings it: text, or `null`. */
export type RawColumn = string | null

/** A statement that each connection parses once. */
export interface Statement {
  /** Unique for its text; at most 63 bytes. */
  readonly name: string
  readonly text: string
}

/** A scalar, or an array in Postgres' binary form (binary-arrays.ts). */
export type Parameter = string | number | Buffer | null

const asText = (text: string): string => text
/** Leaves every column as text: each row's codec knows its types, and by-name objects cost twice the time of arrays. */
const RAW = { getTypeParser: () => asText }

/** For what reads or changes tables whole. */
export const WHOLE_TABLE_TIMEOUT_MS = 600_000

/**
 * Rows of a prepared statement, each an array of raw columns. `timeoutMs` in place of the pool's own. Where a pooler is
 * between, the statement is not prepared, and stands in a transaction that has the settings of the pool: its timeout, too,
 * so that another one is refused.
 */
export async function queryRows(
  pool: Pool | PoolClient,
  statement: Statement,
  values: readonly Parameter[],
  timeoutMs?: number,
): Promise<readonly RawColumn[][]> {
  const settings = settingsOfTransactions(pool)
  if (settings === null) return send(pool, statement, values, timeoutMs)
  if (timeoutMs !== undefined) throw new Error('A statement behind a pooler has the timeout of its pool')
  return queryBehind(pool as Pool, { statement: unnamed(`select ${settings}`), values: [] }, { statement, values })
}

/** A statement with its values. */
export interface Question {
  readonly statement: Statement
  readonly values: readonly Parameter[]
}

/**
 * Rows of `asked` in a transaction of its own that reads, behind `first`, which prepares that transaction. On a pool that
 * is `pipelined` it takes one round trip, as without it.
 */
export async function queryBehind(pool: Pool, first: Question, asked: Question): Promise<readonly RawColumn[][]> {
  const named = settingsOfTransactions(pool) === null
  const client = await pool.connect()
  const rowsOf = ({ statement, values }: Question) => send(client, named ? statement : unnamed(statement.text), values)
  try {
    // Rows count only when all four did what they should: had the first failed, the rows would be thrown away with it.
    const steps = [
      () => client.query('begin read only'),
      () => rowsOf(first),
      () => rowsOf(asked),
      () => client.query('commit'),
    ] as const
    const [, , rows] = client.pipeline
      ? await Promise.all([steps[0](), steps[1](), steps[2](), steps[3]()])
      : [await steps[0](), await steps[1](), await steps[2](), await steps[3]()]
    client.release()
    return rows
  } catch (error) {
    client.release(error as Error)
    throw error
  }
}

const unnamed = (text: string): Statement => ({ name: '', text })

async function send(
  pool: Pool | PoolClient,
  statement: Statement,
  values: readonly Parameter[],
  timeoutMs?: number,
): Promise<readonly RawColumn[][]> {
  const query = { ...statement, values: [...values], rowMode: 'array' as const, types: RAW }
  const timed = timeoutMs === undefined ? query : { ...query, query_timeout: timeoutMs }
  return (await pool.query<RawColumn[]>(timed)).rows
}
