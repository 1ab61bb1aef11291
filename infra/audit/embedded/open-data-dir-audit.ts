import { join } from 'node:path'
import type { TrimTarget } from '../../../projections/audit/trim-audit.ts'
import { type AuditCodec, createAuditCodec } from '../../../schemas/audit-codec.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { auditLogTable } from '../../sqlite/audit/audit-log.ts'
import { type AuditFiles, auditFiles } from '../../sqlite/audit/prepare-audit.ts'
import { openSqliteAuditEvidence } from '../../sqlite/audit/sqlite-audit-evidence.ts'
import { openSqliteAuditReader } from '../../sqlite/audit/sqlite-audit-reader.ts'
import { openSqliteAuditStore } from '../../sqlite/audit/sqlite-audit-store.ts'
import { openForWriting } from '../../sqlite/data-dir/open-database.ts'
import { logSchema } from '../../sqlite/log/log-schema.ts'
import { packRecords } from '../../sqlite/log/pack-records.ts'
import { anchorRecord } from '../audit-writer.ts'
import type { OpenedAudit } from '../opened-audit.ts'

/** The audit of a data directory. */
export function openDataDirAudit(dataDir: string): OpenedAudit {
  const files = auditFiles(dataDir)
  const evidence = openSqliteAuditEvidence({ ...files, log: join(dataDir, logSchema.file) })
  const reader = openSqliteAuditReader(files.audit)
  const auditCodec = createAuditCodec()
  return {
    evidence,
    reader,
    commandCodec: createCommandCodec(),
    auditCodec,
    target: trimTarget(files, auditCodec),
    async close() {
      evidence.close()
      reader.close()
    },
  }
}

/** Each step opens what it writes: a server that runs beside it never waits longer than for one of them. */
function trimTarget({ auditLog, audit }: AuditFiles, codec: AuditCodec): TrimTarget {
  const withLog = <T>(topic: 'operations' | 'events', work: (log: ReturnType<typeof auditLogTable>) => T): T => {
    const database = openForWriting(auditLog, { synchronous: 'full', checkpointBytes: 4 << 20, cacheBytes: 1 << 20 })
    try {
      return work(auditLogTable(database, auditLog, topic))
    } finally {
      database.close()
    }
  }
  return {
    end: async ({ partition }) => withLog('operations', (log) => log.end(partition)),
    publish: async (anchors) =>
      withLog('events', (log) => log.append(packRecords(anchors.map((anchor) => anchorRecord(codec, anchor))))),
    async remove(chain, offset) {
      // Rows first, and on disk: one before the log's beginning would look as if somebody had put it there, however long ago a
      // trim was cut short.
      const store = openSqliteAuditStore(audit, 'full')
      store.trim(chain, offset)
      store.close()
      withLog('operations', (log) => log.trim(chain.partition, offset))
    },
  }
}
