import type { LogReader, LogRecord, ReadLimit } from '../../../projections/ports/log-reader.ts'
import { naming } from '../data-dir/check-store.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { endOf, endStatements } from './append-records.ts'
import { generationAt, readGenerations } from './generations.ts'
import { logSchema } from './log-schema.ts'
import { recordScan } from './read-records.ts'

const CACHE_BYTES = 2 << 20

/**
 * The embedded log's reader, for any thread (each opens its own). Reading is synchronous underneath, so the port's
 * promises are settled when they are returned. Errors: {@link DamagedRecordError}, {@link DamagedFileError}.
 */
export interface SqliteLogReader extends LogReader {
  readNow(partition: number, from: number, limit: ReadLimit): readonly LogRecord[]
  endNow(partition: number): number
  /** The generation of an offset that is in the log (or −1: of the first), `null` beyond the end. */
  generationOf(partition: number, offset: number): string | null
  close(): void
}

export function openSqliteLogReader(file: string): SqliteLogReader {
  const database = openForReading(file, CACHE_BYTES)
  const scan = recordScan(database, file)
  const ends = endStatements(database)
  const spans = readGenerations(database)
  const endNow = (partition: number): number => {
    const statement = ends[partition]
    if (statement === undefined) throw new RangeError(`partition ${partition} does not exist`)
    return naming(file, logSchema, () => endOf(statement))
  }
  const readNow = (partition: number, from: number, limit: ReadLimit) =>
    naming(file, logSchema, () => scan.read(partition, from, limit))
  return {
    readNow,
    endNow,
    read: async (partition, from, limit) => readNow(partition, from, limit),
    end: async (partition) => endNow(partition),
    generationOf: (partition, offset) => (offset < endNow(partition) ? generationAt(spans, partition, offset) : null),
    close: () => database.close(),
  }
}
