/** What one request to `/remember/batch` may hold, below the server's own limits. */
export interface BatchLimits {
  readonly items: number
  /** Bytes of JSON; one item alone may exceed it. */
  readonly bytes: number
}

export const BATCH_LIMITS: BatchLimits = { items: 1_000, bytes: 900_000 }

/** Groups a stream, in order, into batches within the limits. Holds one batch in memory. */
export async function* batches<T>(
  source: AsyncIterable<T>,
  sizeOf: (item: T) => number,
  limits: BatchLimits = BATCH_LIMITS,
): AsyncGenerator<readonly T[]> {
  let batch: T[] = []
  let bytes = 0
  for await (const item of source) {
    const size = sizeOf(item)
    if (batch.length > 0 && (batch.length === limits.items || bytes + size > limits.bytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(item)
    bytes += size
  }
  if (batch.length > 0) yield batch
}
