/** A record as the log holds it. `headers` are CloudEvents' (binary mode) and `traceparent`. */
export interface LogRecord {
  readonly partition: number
  readonly offset: number
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly timestamp: number
}

export interface ReadLimit {
  readonly records: number
  /** Of keys and values together; one record is returned even when it alone is larger. */
  readonly bytes: number
}

/** Reads the log by offset. Offsets may have gaps (control records), so never expect `from + count`. */
export interface LogReader {
  /** Records of `partition` from `from` on, in order, as far as the limit allows; empty at the end. */
  read(partition: number, from: number, limit: ReadLimit): Promise<readonly LogRecord[]>
  /** The offset that the next record of the partition gets. */
  end(partition: number): Promise<number>
}
