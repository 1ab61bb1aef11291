import type { Pool, PoolClient } from 'pg'

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

/** Rows of a prepared statement, each an array of raw columns. `timeoutMs` in place of the pool's own. */
export async function queryRows(
  pool: Pool | PoolClient,
  statement: Statement,
  values: readonly Parameter[],
  timeoutMs?: number,
): Promise<readonly RawColumn[][]> {
  const query = { ...statement, values: [...values], rowMode: 'array' as const, types: RAW }
  const timed = timeoutMs === undefined ? query : { ...query, query_timeout: timeoutMs }
  return (await pool.query<RawColumn[]>(timed)).rows
}
