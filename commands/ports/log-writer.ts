/** A record to be appended. `headers` are CloudEvents' (binary mode) and `traceparent`. */
export interface NewRecord {
  readonly partition: number
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly timestamp: number
}

/**
 * What became of one record. `not-written`: it is certainly not in the log. `unknown`: it was sent and nobody answered;
 * it may be there, now or later.
 */
export type AppendResult =
  | { readonly status: 'appended'; readonly generation: string; readonly offset: number }
  | { readonly status: 'not-written'; readonly cause: Error }
  | { readonly status: 'unknown'; readonly cause: Error }

/** Appends durably: acks all in Kafka, fsync in the embedded log. One call at a time; order within a partition is kept. */
export interface LogWriter {
  /** One result per record, in the order given. Never rejects. */
  append(records: readonly NewRecord[]): Promise<readonly AppendResult[]>
}
