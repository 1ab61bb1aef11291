import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { LogReader, LogRecord, ReadLimit } from '../../../projections/ports/log-reader.ts'
import { OffsetOutOfRangeError } from '../../../projections/ports/offset-out-of-range-error.ts'
import { DamagedFileError } from '../data-dir/damaged-file-error.ts'
import { inTransaction } from '../data-dir/in-transaction.ts'
import { unpackRecords } from '../log/pack-records.ts'
import { decodeBody, recordCrc } from '../log/record-body.ts'
import { type AuditLogTopic, auditLogSchema, tablesOf } from './audit-log-schema.ts'

/** One topic of audit-log.db, for the connection that writes it or for one that reads. */
export interface AuditLogTable extends LogReader {
  /** Offset of the first record that is kept; that of the next one when there is none. */
  start(partition: number): number
  /** Appends `packRecords`' records in one transaction. */
  append(packed: ArrayBuffer): void
  /** Takes away what stands at and before the offset. */
  trim(partition: number, offset: number): void
}

type Row = readonly [offset: number, crc: number, body: Uint8Array]

export function auditLogTable(database: DatabaseSync, file: string, topic: AuditLogTopic): AuditLogTable {
  const statements = tablesOf(topic).map((table) => statementsOf(database, table))
  const of = (partition: number): PartitionStatements => {
    const found = statements[partition]
    if (found === undefined) throw new RangeError(`partition ${partition} of audit.${topic} does not exist`)
    return found
  }
  const endOf = (partition: number): number => Number(of(partition).end.get()?.next_offset)
  const startOf = (partition: number): number => Number(of(partition).start.get()?.first_offset ?? endOf(partition))
  return {
    start: startOf,
    async end(partition) {
      return endOf(partition)
    },
    async read(partition, from, limit) {
      const first = startOf(partition)
      if (from < first) throw new OffsetOutOfRangeError(partition, from, { first, end: endOf(partition) })
      return readRange(of(partition).range, { file, topic, partition }, from, limit)
    },
    append(packed) {
      inTransaction(database, () => {
        unpackRecords(packed, (partition, body) => {
          const offset = endOf(partition)
          of(partition).insert.run(offset, recordCrc(partition, offset, body), body)
        })
      })
    },
    trim(partition, offset) {
      // The last record stays: its offset is where the partition goes on.
      if (offset + 1 >= endOf(partition)) throw new RangeError(`offset ${offset} is the last one of its partition`)
      of(partition).trim.run(offset)
    },
  }
}

interface PartitionStatements {
  readonly insert: StatementSync
  readonly start: StatementSync
  readonly end: StatementSync
  readonly range: StatementSync
  readonly trim: StatementSync
}

function statementsOf(database: DatabaseSync, table: string): PartitionStatements {
  const range = database.prepare(
    `select record_offset, crc, body from ${table} where record_offset >= ? order by record_offset limit ?`,
  )
  range.setReturnArrays(true)
  return {
    insert: database.prepare(`insert into ${table} (record_offset, crc, body) values (?, ?, ?)`),
    start: database.prepare(`select min(record_offset) as first_offset from ${table}`),
    end: database.prepare(`select coalesce(max(record_offset), -1) + 1 as next_offset from ${table}`),
    range,
    trim: database.prepare(`delete from ${table} where record_offset <= ?`),
  }
}

interface Place {
  readonly file: string
  readonly topic: AuditLogTopic
  readonly partition: number
}

function readRange(statement: StatementSync, place: Place, from: number, limit: ReadLimit): readonly LogRecord[] {
  const records: LogRecord[] = []
  let bytes = 0
  for (const [offset, crc, body] of statement.all(from, limit.records) as unknown as readonly Row[]) {
    if (offset !== from + records.length) throw damaged(place, from + records.length, 'is missing')
    if (recordCrc(place.partition, offset, body) !== crc) throw damaged(place, offset, 'does not match its checksum')
    const record = decodeBody(place.partition, offset, body)
    bytes += record.key.length + record.value.length
    if (bytes > limit.bytes && records.length > 0) break
    records.push(record)
  }
  return records
}

function damaged({ file, topic, partition }: Place, offset: number, what: string): DamagedFileError {
  const record = `the record at audit.${topic}/${partition}, offset ${offset} ${what}`
  return new DamagedFileError(file, record, auditLogSchema.remedy)
}
