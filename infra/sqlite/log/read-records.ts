import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { PARTITIONS } from '../../../domain/partition.ts'
import type { LogRecord, ReadLimit } from '../../../projections/ports/log-reader.ts'
import { DamagedRecordError } from './damaged-record-error.ts'
import { decodeBody, recordCrc } from './record-body.ts'

/** Reads and verifies records of one connection. */
export interface RecordScan {
  /** Records from `from` on. Throws {@link DamagedRecordError} at the first that is missing or fails its checksum. */
  read(partition: number, from: number, limit: ReadLimit): readonly LogRecord[]
}

/** Rows that SQLite hands over at once: few enough that a byte limit wastes little, many enough to be fast. */
const ROWS_PER_QUERY = 256

export function recordScan(database: DatabaseSync, file: string): RecordScan {
  const statements = Array.from({ length: PARTITIONS }, (_, partition) => rangeStatement(database, partition))
  return {
    read(partition, from, limit) {
      const statement = statements[partition]
      if (statement === undefined) throw new RangeError(`partition ${partition} does not exist`)
      return readRange(statement, file, partition, from, limit)
    },
  }
}

function rangeStatement(database: DatabaseSync, partition: number): StatementSync {
  const statement = database.prepare(
    `select record_offset, crc, body from partition_${partition} where record_offset >= ? order by record_offset limit ?`,
  )
  statement.setReturnArrays(true)
  return statement
}

function readRange(statement: StatementSync, file: string, partition: number, from: number, limit: ReadLimit) {
  const records: LogRecord[] = []
  let bytes = 0
  let next = from
  while (records.length < limit.records) {
    const wanted = Math.min(ROWS_PER_QUERY, limit.records - records.length)
    const rows = statement.all(next, wanted) as unknown as ReadonlyArray<[number, number, Uint8Array]>
    for (const [offset, crc, body] of rows) {
      if (offset !== next) throw new DamagedRecordError(file, partition, next, 'is missing')
      const record = verified(file, partition, offset, crc, body)
      bytes += record.key.length + record.value.length
      if (bytes > limit.bytes && records.length > 0) return records
      records.push(record)
      next++
    }
    if (rows.length < wanted) return records
  }
  return records
}

function verified(file: string, partition: number, offset: number, crc: number, body: Uint8Array): LogRecord {
  if (recordCrc(partition, offset, body) !== crc) {
    throw new DamagedRecordError(file, partition, offset, 'does not match its checksum')
  }
  return decodeBody(partition, offset, body)
}
