import type { DatabaseSync } from 'node:sqlite'
import { PARTITIONS } from '../../../domain/partition.ts'
import type { LogRecord } from '../../../projections/ports/log-reader.ts'
import { DamagedFileError } from '../data-dir/damaged-file-error.ts'
import { endOf, endStatements } from './append-records.ts'
import { DamagedRecordError } from './damaged-record-error.ts'
import { type GenerationSpan, readGenerations } from './generations.ts'
import { logSchema } from './log-schema.ts'
import { type RecordScan, recordScan } from './read-records.ts'

/** How many records at the end of each partition are read at every start. */
const TAIL_RECORDS = 32

export interface CheckedLog {
  readonly spans: readonly GenerationSpan[]
  /** Whether a partition holds more than its `Genesis`. */
  readonly used: boolean
}

/**
 * The cheap check of every start: each partition has its generation, its `Genesis`, and a sound, contiguous end. It
 * does not read what lies between; {@link verifyRecords} does, and so does every later read of a record.
 */
export function checkLog(file: string, database: DatabaseSync): CheckedLog {
  const spans = readGenerations(database)
  const scan = recordScan(database, file)
  const ends = endStatements(database).map(endOf)
  for (const [partition, end] of ends.entries()) {
    if (!spans.some((span) => span.partition === partition && span.firstOffset === 0)) {
      throw new DamagedFileError(file, `partition ${partition} has no generation`, logSchema.remedy)
    }
    if (end === 0) throw new DamagedRecordError(file, partition, 0, 'is missing')
    scan.read(partition, 0, { records: 1, bytes: 0 })
    const tail = Math.max(0, end - TAIL_RECORDS)
    scan.read(partition, tail, { records: TAIL_RECORDS, bytes: Number.MAX_SAFE_INTEGER })
  }
  return { spans, used: ends.some((end) => end > 1) }
}

const SCAN_PAGE = { records: 1_000, bytes: 4 << 20 }

/**
 * Reads every record, shows it, and throws at the first that is damaged. Returns how many there are. Minutes for a large log: for
 * a thread of its own.
 */
export function verifyRecords(
  file: string,
  database: DatabaseSync,
  show: (record: LogRecord) => void = () => undefined,
): number {
  const scan = recordScan(database, file)
  let count = 0
  for (let partition = 0; partition < PARTITIONS; partition++) count += verifyPartition(scan, partition, show)
  return count
}

function verifyPartition(scan: RecordScan, partition: number, show: (record: LogRecord) => void): number {
  let next = 0
  for (;;) {
    const records = scan.read(partition, next, SCAN_PAGE)
    if (records.length === 0) return next
    next += records.length
    for (const record of records) show(record)
  }
}
