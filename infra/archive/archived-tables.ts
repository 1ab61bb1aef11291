import type { Pool } from 'pg'
import { queryRows } from '../postgres/row-query.ts'
import { ArchiveError } from './archive-error.ts'

/** What Postgres holds and no log does. Everything else there is folded again. */
const TABLES = ['api_tokens', 'dead_letter_actions'] as const
type Table = (typeof TABLES)[number]

interface ArchivedRow {
  readonly table: Table
  readonly row: Readonly<Record<string, unknown>>
}

/** A row a line, as JSON. */
export async function tablesText(pool: Pool): Promise<string> {
  const lines: string[] = []
  for (const table of TABLES) {
    const statement = {
      name: `archive:${table}`,
      text: `select row_to_json(t)::text from somabrain.${table} t order by t::text`,
    }
    for (const [row] of await queryRows(pool, statement, [])) lines.push(`{"table":"${table}","row":${row}}\n`)
  }
  return lines.join('')
}

export function parseTables(text: string): readonly ArchivedRow[] {
  const rows = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as ArchivedRow]))
  if (rows.some(({ table }) => !TABLES.includes(table)))
    throw new ArchiveError('the archived tables hold rows of another release')
  return rows
}

/** Adds the rows that are not there; what is there stays as it is. Returns how many were added. */
export async function restoreTables(pool: Pool, rows: readonly ArchivedRow[]): Promise<number> {
  let added = 0
  for (const { table, row } of rows) {
    const { rowCount } = await pool.query(
      `insert into somabrain.${table} overriding system value
        select * from json_populate_record(null::somabrain.${table}, $1) on conflict do nothing`,
      [JSON.stringify(row)],
    )
    added += rowCount ?? 0
  }
  // What is added from now on must not take the number of a row that was put back.
  await pool.query(
    `select setval(pg_get_serial_sequence('somabrain.dead_letter_actions', 'id'), max(id)) from somabrain.dead_letter_actions having max(id) is not null`,
  )
  return added
}
