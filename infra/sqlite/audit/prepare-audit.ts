import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { AUDIT_FOLD_VERSION } from '../../../projections/audit/audit-projection.ts'
import { checkHeader, checkTables, naming } from '../data-dir/check-store.ts'
import { createStore } from '../data-dir/create-store.ts'
import { DamagedFileError } from '../data-dir/damaged-file-error.ts'
import { openForReading } from '../data-dir/open-database.ts'
import type { StoreSchema } from '../data-dir/store-schema.ts'
import { refuseUnfinishedRestore } from '../data-dir/unfinished-restore.ts'
import { auditLogSchema } from './audit-log-schema.ts'
import { auditTableSchema } from './audit-table-schema.ts'

export interface AuditFiles {
  /** Topics of the audit: operations and anchors. */
  readonly auditLog: string
  /** The audit table: folded from log and audit log, and folded again when it is not there. */
  readonly audit: string
}

export const auditFiles = (dataDir: string): AuditFiles => ({
  auditLog: join(dataDir, auditLogSchema.file),
  audit: join(dataDir, auditTableSchema.file),
})

/** The file of the audit's topics, made when it is not there. Several processes may have it open. */
export function prepareAuditLog(dataDir: string): string {
  refuseUnfinishedRestore(dataDir)
  const { auditLog } = auditFiles(dataDir)
  if (!existsSync(auditLog)) createStore(auditLog, auditLogSchema, () => undefined)
  return auditLog
}

/** Makes or checks the files of the audit, before any connection to them is open. Throws a {@link DamagedFileError}. */
export function prepareAudit(dataDir: string): AuditFiles {
  const files = auditFiles(dataDir)
  prepareAuditLog(dataDir)
  const { schemaVersion } = checkHeader(files.auditLog, auditLogSchema)
  if (schemaVersion !== auditLogSchema.schemaVersion) {
    const what = `its tables have version ${schemaVersion}, not ${auditLogSchema.schemaVersion}`
    throw new DamagedFileError(files.auditLog, what, 'Start the release that wrote it.')
  }
  inspect(files.auditLog, auditLogSchema, () => undefined)
  prepareTable(files.audit)
  return files
}

/** A table of another version is folded again. */
function prepareTable(file: string): void {
  if (existsSync(file) && !isOfThisVersion(file)) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
  }
  if (existsSync(file)) return
  createStore(file, auditTableSchema, (database) => {
    database.prepare('insert into fold (fold_version) values (?)').run(AUDIT_FOLD_VERSION)
  })
}

function isOfThisVersion(file: string): boolean {
  const { schemaVersion } = checkHeader(file, auditTableSchema)
  if (schemaVersion !== auditTableSchema.schemaVersion) return false
  return inspect(file, auditTableSchema, (database) => {
    const row = database.prepare('select fold_version from fold').get()
    return row?.fold_version === AUDIT_FOLD_VERSION
  })
}

function inspect<Result>(file: string, schema: StoreSchema, look: (database: DatabaseSync) => Result): Result {
  return naming(file, schema, () => {
    const database = openForReading(file, 1 << 20)
    try {
      checkTables(file, schema, database)
      return look(database)
    } finally {
      database.close()
    }
  })
}
