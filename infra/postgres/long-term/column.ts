import type { BinaryArrayWriter } from '../binary-array-writer.ts'
import type { BinaryFields } from '../binary-fields.ts'

/** A column of a table: its name, its type, and its value of a row. `hex` is a bytea that JavaScript holds as hex. */
export type Column<Row> =
  | { readonly name: string; readonly type: 'int4' | 'int8'; readonly of: (row: Row) => number }
  | { readonly name: string; readonly type: 'uuid' | 'text' | 'hex'; readonly of: (row: Row) => string | null }
  | { readonly name: string; readonly type: 'bytea'; readonly of: (row: Row) => Uint8Array | null }
  | { readonly name: string; readonly type: 'bool'; readonly of: (row: Row) => boolean }

/** Writes all rows as one array parameter a column. */
export function writeColumns<Row>(
  writer: BinaryArrayWriter,
  columns: ReadonlyArray<Column<Row>>,
  rows: readonly Row[],
): void {
  for (const column of columns) writeColumn(writer, column, rows)
}

function writeColumn<Row>(writer: BinaryArrayWriter, column: Column<Row>, rows: readonly Row[]): void {
  switch (column.type) {
    case 'int8':
      writer.int8(rows, column.of)
      break
    case 'int4':
      writer.int4(rows, column.of)
      break
    case 'uuid':
      writer.uuid(rows, column.of)
      break
    case 'text':
      writer.text(rows, column.of)
      break
    case 'hex':
      writer.hex(rows, column.of)
      break
    case 'bytea':
      writer.bytea(rows, column.of)
      break
    case 'bool':
      writer.bool(rows, column.of)
      break
  }
}

/** Writes the value of one row. */
export function writeField<Row>(fields: BinaryFields, column: Column<Row>, row: Row): void {
  switch (column.type) {
    case 'int8':
      fields.int8(column.of(row))
      break
    case 'int4':
      fields.int4(column.of(row))
      break
    case 'uuid':
      fields.uuid(column.of(row))
      break
    case 'text':
      fields.text(column.of(row))
      break
    case 'hex':
      fields.hex(column.of(row))
      break
    case 'bytea':
      fields.bytea(column.of(row))
      break
    case 'bool':
      fields.bool(column.of(row))
      break
  }
}

/** The column's type in SQL. */
export const sqlType = <Row>({ type }: Column<Row>): string => (type === 'hex' ? 'bytea' : type)

export const columnNames = <Row>(columns: ReadonlyArray<Column<Row>>): string =>
  columns.map(({ name }) => name).join(', ')
