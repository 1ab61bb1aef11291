import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LogReader } from '../../../projections/ports/log-reader.ts'

/**
 * Reading SQLite settles at once, so a fold over a long log would never let its thread hear anything else: each page begins
 * with a turn of the event loop.
 */
export const yieldingReader = (reader: LogReader): LogReader => ({
  end: (partition) => reader.end(partition),
  async read(partition, from, limit) {
    await nextTurn()
    return reader.read(partition, from, limit)
  },
})
