import { PARTITIONS } from '../../../domain/partition.ts'
import { applicationId, type StoreSchema } from '../data-dir/store-schema.ts'

/**
 * A table per partition, so that an append is always at the right edge of its tree: SQLite fills pages there instead of
 * splitting them. Pages of 8 KiB hold five records of 1.5 KB with a tenth left over; 4 KiB ones would waste a quarter.
 * `body` is {@link encodeBody}'s, `crc` is {@link recordCrc}'s.
 */
const partitionTable = (partition: number): string =>
  `create table partition_${partition} (record_offset integer primary key, crc integer not null, body blob not null) strict`

/** Which generation the offsets from `first_offset` on belong to; a restored log opens another one. */
const generations = `create table generations (
  partition integer not null,
  first_offset integer not null,
  generation text not null,
  primary key (partition, first_offset)
) strict, without rowid`

export const logSchema: StoreSchema = {
  file: 'log.db',
  applicationId: applicationId('SBlg'),
  schemaVersion: 1,
  pageSize: 8192,
  tables: [generations, ...Array.from({ length: PARTITIONS }, (_, partition) => partitionTable(partition))],
  remedy: 'Move log.db, log.db-wal and log.db-shm away and restore them together from a backup, then start again.',
}
