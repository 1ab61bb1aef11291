import type { LogRecord, ReadLimit } from '../../projections/ports/log-reader.ts'

/** Gathers records up to a {@link ReadLimit}. */
export class ReadPage {
  readonly records: LogRecord[] = []
  readonly #limit: ReadLimit
  #bytes = 0

  constructor(limit: ReadLimit) {
    this.#limit = limit
  }

  get bytesLeft(): number {
    return this.#limit.bytes - this.#bytes
  }

  /** Whether the record had room: the first one always has. */
  add(record: LogRecord): boolean {
    const bytes = record.key.length + record.value.length
    const isFull = this.records.length >= this.#limit.records || this.#bytes + bytes > this.#limit.bytes
    if (isFull && this.records.length > 0) return false
    this.records.push(record)
    this.#bytes += bytes
    return true
  }
}
