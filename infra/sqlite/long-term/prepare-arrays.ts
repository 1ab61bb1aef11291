import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** A statement whose rows come as arrays: half the time of objects for rows of many columns. */
export function prepareArrays(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql)
  statement.setReturnArrays(true)
  return statement
}

/** All rows of a {@link prepareArrays} statement; `Row` is the tuple of its columns. */
export const allRows = <Row>(statement: StatementSync, ...values: ReadonlyArray<Parameters<StatementSync['all']>[1]>) =>
  statement.all(...(values as Parameters<StatementSync['all']>)) as unknown as readonly Row[]
