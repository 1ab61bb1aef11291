import type { Pool } from 'pg'
import type { AuditReader } from '../../../query-api/ports/audit-reader.ts'
import { topicNumber } from '../../audit/topic-number.ts'
import { queryTenantRows } from '../tenant-rows.ts'
import { AUDIT_ENTRY_COLUMNS, auditEntryOf } from './audit-rows.ts'

/** Beyond every instant that a record can have. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER

const SCAN = {
  name: 'audit:scan',
  text: `select ${AUDIT_ENTRY_COLUMNS} from somabrain.audit_entries
    where tenant = $1 and at >= $2 and (at, topic, partition, record_offset) < ($3, $4, $5, $6)
    order by at desc, topic desc, partition desc, record_offset desc limit $7`,
}

/** Reads the audit table in Postgres, behind the fence of the tenant. */
export const createPostgresAuditReader = (pool: Pool): AuditReader => ({
  async scan({ tenant, from, to, before, limit }) {
    const end = Math.min(to ?? END_OF_TIME, END_OF_TIME)
    const place =
      before === null || before.at >= end
        ? [end, -1, -1, -1]
        : [before.at, topicNumber(before.topic), before.partition, before.offset]
    const rows = await queryTenantRows(pool, tenant, SCAN, [tenant, from ?? 0, ...place, limit])
    return rows.map(auditEntryOf)
  },
})
