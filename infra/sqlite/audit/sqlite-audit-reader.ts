import type { AuditReader } from '../../../query-api/ports/audit-reader.ts'
import { OF_AUDITED_CHAINS, topicNumber } from '../../audit/topic-number.ts'
import { naming } from '../data-dir/check-store.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { allRows, prepareArrays } from '../long-term/prepare-arrays.ts'
import { auditTableSchema } from './audit-table-schema.ts'
import { ENTRY_COLUMNS, type EntryColumns, entryOfColumns } from './entry-rows.ts'

const CACHE_BYTES = 2 << 20
/** Beyond every instant that a record can have. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER

/** Reads the audit table of audit.db, on the calling thread. */
export function openSqliteAuditReader(file: string): AuditReader & { close(): void } {
  const database = openForReading(file, CACHE_BYTES)
  const statement = prepareArrays(
    database,
    `select ${ENTRY_COLUMNS} from entries
     where tenant is ? and ${OF_AUDITED_CHAINS} and at >= ? and (at, topic, partition, record_offset) < (?, ?, ?, ?)
     order by at desc, topic desc, partition desc, record_offset desc limit ?`,
  )
  return {
    async scan({ tenant, from, to, before, limit }) {
      const end = Math.min(to ?? END_OF_TIME, END_OF_TIME)
      const place =
        before === null || before.at >= end
          ? ([end, -1, -1, -1] as const)
          : ([before.at, topicNumber(before.topic), before.partition, before.offset] as const)
      return naming(file, auditTableSchema, () =>
        allRows<EntryColumns>(statement, tenant, from ?? 0, ...place, limit).map(entryOfColumns),
      )
    },
    close: () => database.close(),
  }
}
