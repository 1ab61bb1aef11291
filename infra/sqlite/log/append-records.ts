import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { PARTITIONS } from '../../../domain/partition.ts'
import { unpackRecords } from './pack-records.ts'
import { recordCrc } from './record-body.ts'

/** Writes records behind the last one of their partition. Only one may exist per log: it counts offsets itself. */
export interface RecordAppender {
  /** Within the caller's transaction. Returns, per partition, the offset that the first of its records got. */
  append(packed: ArrayBuffer): readonly number[]
  /** Reads the ends again: after a transaction that did not commit. */
  reload(): void
}

export function recordAppender(database: DatabaseSync): RecordAppender {
  const inserts = eachPartition((partition) =>
    database.prepare(`insert into partition_${partition} (record_offset, crc, body) values (?, ?, ?)`),
  )
  const readEnd = endStatements(database)
  let ends = readEnd.map(endOf)
  return {
    append(packed) {
      const firstOffsets = [...ends]
      unpackRecords(packed, (partition, body) => {
        const insert = inserts[partition]
        const offset = ends[partition]
        if (insert === undefined || offset === undefined) throw new RangeError(`partition ${partition} does not exist`)
        insert.run(offset, recordCrc(partition, offset, body), body)
        ends[partition] = offset + 1
      })
      return firstOffsets
    },
    reload() {
      ends = readEnd.map(endOf)
    },
  }
}

/** One statement per partition that reads the offset of its next record. */
export const endStatements = (database: DatabaseSync): readonly StatementSync[] =>
  eachPartition((partition) =>
    database.prepare(`select coalesce(max(record_offset), -1) + 1 as next_offset from partition_${partition}`),
  )

export const endOf = (statement: StatementSync): number => Number(statement.get()?.next_offset)

const eachPartition = <Item>(make: (partition: number) => Item): Item[] =>
  Array.from({ length: PARTITIONS }, (_, p) => make(p))
