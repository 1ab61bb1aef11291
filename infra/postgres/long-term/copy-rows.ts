import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { BinaryFields } from '../binary-fields.ts'
import { type Column, columnNames, writeField } from './column.ts'

/** Eleven bytes that no conversion of text leaves as they are, and two words: no flags, no extension of the header. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const END = -1
/** Rows that are written before others get a turn of the event loop, and the server its next bytes. */
const CHUNK_ROWS = 512

/**
 * Copies rows into a table, within the transaction of `client`; the server writes the first while the last are encoded. Sends
 * nothing when there are none. Rejects as a statement does, also after the pool's time for one, and with a RangeError for a
 * row that cannot be written.
 */
export async function copyRows<Row>(
  client: PoolClient,
  table: string,
  columns: ReadonlyArray<Column<Row>>,
  rows: readonly Row[],
  rowBytes: number,
): Promise<void> {
  if (rows.length === 0) return
  await copyBytes(client, table, columns, binaryRows(columns, rows, rowBytes))
}

/** Copies what {@link binaryRows} made of rows with these columns. */
export async function copyBytes<Row>(
  client: PoolClient,
  table: string,
  columns: ReadonlyArray<Column<Row>>,
  bytes: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<void> {
  const stream = client.query(copyFrom(`copy ${table} (${columnNames(columns)}) from stdin (format binary)`))
  await pipeline(Readable.from(bytes, { objectMode: false }), stream)
}

/**
 * Rows as `copy … (format binary)` reads them (https://www.postgresql.org/docs/15/sql-copy.html). `rowBytes`: of a row, rather
 * too much, because a buffer that grows is copied.
 */
export async function* binaryRows<Row>(
  columns: ReadonlyArray<Column<Row>>,
  rows: readonly Row[],
  rowBytes: number,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < rows.length; at += CHUNK_ROWS) {
    if (at > 0) await nextTurn()
    const fields = new BinaryFields(CHUNK_ROWS * rowBytes)
    if (at === 0) fields.bytes(HEADER)
    for (const row of rows.slice(at, at + CHUNK_ROWS)) {
      fields.word16(columns.length)
      for (const column of columns) writeField(fields, column, row)
    }
    if (at + CHUNK_ROWS >= rows.length) fields.word16(END)
    yield fields.slice(0, fields.length)
  }
}
