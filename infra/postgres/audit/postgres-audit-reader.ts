import type { Pool } from 'pg'
import type { AuditReader } from '../../../query-api/ports/audit-reader.ts'
import { OF_AUDITED_CHAINS, topicNumber } from '../../audit/topic-number.ts'
import { queryRows } from '../row-query.ts'
import { queryTenantRows } from '../tenant-rows.ts'
import { AUDIT_ENTRY_COLUMNS, auditEntryOf } from './audit-rows.ts'

/** Beyond every instant that a record can have. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER

const scanOf = (name: string, owner: string) => ({
  name,
  text: `select ${AUDIT_ENTRY_COLUMNS} from somabrain.audit_entries
    where ${owner} and ${OF_AUDITED_CHAINS} and at >= $1 and (at, topic, partition, record_offset) < ($2, $3, $4, $5)
    order by at desc, topic desc, partition desc, record_offset desc limit $6`,
})

const OF_TENANT = scanOf('audit:scan', 'tenant = $7')
const OF_NOBODY = scanOf('audit:scan-unattributed', 'tenant is null')

/** Reads the audit table in Postgres, behind the fence of the tenant; what belongs to none with the pool's own rights. */
export const createPostgresAuditReader = (pool: Pool): AuditReader => ({
  async scan({ tenant, from, to, before, limit }) {
    const end = Math.min(to ?? END_OF_TIME, END_OF_TIME)
    const place =
      before === null || before.at >= end
        ? [end, -1, -1, -1]
        : [before.at, topicNumber(before.topic), before.partition, before.offset]
    const values = [from ?? 0, ...place, limit]
    const rows =
      tenant === null
        ? await queryRows(pool, OF_NOBODY, values)
        : await queryTenantRows(pool, tenant, OF_TENANT, [...values, tenant])
    return rows.map(auditEntryOf)
  },
})
