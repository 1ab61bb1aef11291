import { EVENTS_PARTITIONS, OPERATIONS_PARTITIONS } from '../../../domain/audit/audit-topics.ts'
import { applicationId, type StoreSchema } from '../data-dir/store-schema.ts'

/** The topics of the audit as tables, a partition each: `operations_0` … and `events_0` … */
export type AuditLogTopic = 'operations' | 'events'

export const tablesOf = (topic: AuditLogTopic): readonly string[] =>
  Array.from(
    { length: topic === 'operations' ? OPERATIONS_PARTITIONS : EVENTS_PARTITIONS },
    (_, partition) => `${topic}_${partition}`,
  )

/** As the tables of log.db: `body` is `encodeBody`'s, `crc` is `recordCrc`'s. */
const partitionTable = (name: string): string =>
  `create table ${name} (record_offset integer primary key, crc integer not null, body blob not null) strict`

export const auditLogSchema: StoreSchema = {
  file: 'audit-log.db',
  applicationId: applicationId('SBal'),
  schemaVersion: 1,
  pageSize: 4096,
  tables: [...tablesOf('operations'), ...tablesOf('events')].map(partitionTable),
  remedy:
    'Move audit-log.db, audit-log.db-wal and audit-log.db-shm away and restore them together from a backup, then start again.',
}
