import type { Connection, Pool, Submittable } from 'pg'
import { type Column, columnNames } from '../../infra/postgres/long-term/column.ts'

/** What `pg` has of COPY beside its documented interface: https://www.postgresql.org/docs/15/protocol-flow.html */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/** A `copy … from stdin` with its data at hand. */
class CopyIn implements Submittable {
  readonly done: Promise<void>
  readonly #text: string
  readonly #data: Buffer
  #resolve: () => void = () => {}
  #reject: (error: Error) => void = () => {}

  constructor(text: string, data: Buffer) {
    this.#text = text
    this.#data = data
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  submit(connection: Connection): void {
    connection.query(this.#text)
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.#data)
    connection.endCopyFrom()
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#resolve()
  }

  handleError(error: Error): void {
    this.#reject(error)
  }
}

/** Rows in COPY's text format, made before the clock runs. */
export function copyData<Row>(columns: ReadonlyArray<Column<Row>>, rows: readonly Row[]): Buffer {
  const lines = rows.map((row) => columns.map((column) => copyValue(column, row)).join('\t'))
  return Buffer.from(`${lines.join('\n')}\n`)
}

function copyValue<Row>(column: Column<Row>, row: Row): string {
  const value = column.of(row)
  if (value === null) return '\\N'
  if (value instanceof Uint8Array) return `\\\\x${Buffer.from(value).toString('hex')}`
  return column.type === 'hex' ? `\\\\x${value}` : String(value)
}

/** Copies prepared rows into a table. Milliseconds. */
export async function rawCopy<Row>(
  pool: Pool,
  table: string,
  columns: ReadonlyArray<Column<Row>>,
  data: Buffer,
): Promise<number> {
  const client = await pool.connect()
  try {
    const begin = performance.now()
    const copy = new CopyIn(`copy ${table} (${columnNames(columns)}) from stdin`, data)
    client.query(copy)
    await copy.done
    return performance.now() - begin
  } finally {
    client.release()
  }
}
