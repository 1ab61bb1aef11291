import { boolArray, byteaArray, int4Array, int8Array, textArray, uuidArray } from '../binary-arrays.ts'

/** A column of a table: its name, its type, and its value of a row. */
export type Column<Row> =
  | { readonly name: string; readonly type: 'int4' | 'int8'; readonly of: (row: Row) => number }
  | { readonly name: string; readonly type: 'uuid' | 'text'; readonly of: (row: Row) => string | null }
  | { readonly name: string; readonly type: 'bytea'; readonly of: (row: Row) => Uint8Array | null }
  | { readonly name: string; readonly type: 'bool'; readonly of: (row: Row) => boolean }

/** The column's values of all rows as one array parameter. */
function columnArray<Row>(column: Column<Row>, rows: readonly Row[]): Buffer {
  switch (column.type) {
    case 'int8':
      return int8Array(rows.map(column.of))
    case 'int4':
      return int4Array(rows.map(column.of))
    case 'uuid':
      return uuidArray(rows.map(column.of))
    case 'text':
      return textArray(rows.map(column.of))
    case 'bytea':
      return byteaArray(rows.map(column.of))
    case 'bool':
      return boolArray(rows.map(column.of))
  }
}

export const columnArrays = <Row>(columns: ReadonlyArray<Column<Row>>, rows: readonly Row[]): Buffer[] =>
  columns.map((column) => columnArray(column, rows))

export const columnNames = <Row>(columns: ReadonlyArray<Column<Row>>): string =>
  columns.map(({ name }) => name).join(', ')
