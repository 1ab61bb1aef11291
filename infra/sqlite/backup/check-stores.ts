import { basename, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { auditLogTable } from '../audit/audit-log.ts'
import { auditLogSchema, tablesOf } from '../audit/audit-log-schema.ts'
import { checkHeader, checkTables, naming } from '../data-dir/check-store.ts'
import { DamagedFileError } from '../data-dir/damaged-file-error.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { quickCheck } from '../data-dir/quick-check.ts'
import type { StoreSchema } from '../data-dir/store-schema.ts'
import { keysSchema } from '../keys/keys-schema.ts'
import { logSchema } from '../log/log-schema.ts'
import { backedUpStores, isOptional } from './backed-up-stores.ts'
import { missingKeys } from './missing-keys.ts'

export interface CheckedStores {
  /** Of the log; 0 where there are problems. */
  readonly records: number
  /** What is wrong with them, each in one sentence. */
  readonly problems: readonly string[]
}

const CACHE_BYTES = 2 << 20
const PAGE = { records: 1_000, bytes: 4 << 20 }

/**
 * Whether copies of a data directory's stores would restore: every page, every record by its checksum, and a key, or the mark
 * that it was destroyed, for each record. `names`: of those that are there.
 */
export async function checkStores(folder: string, names: readonly string[]): Promise<CheckedStores> {
  const problems: string[] = []
  for (const schema of backedUpStores) {
    if (!names.includes(schema.file)) {
      if (!isOptional(schema)) problems.push(`${schema.file} is not in it`)
    } else {
      problems.push(...(await problemsOf(() => checkFile(join(folder, schema.file), schema))))
    }
  }
  let records = 0
  // A record is looked for in keys only when both can be read.
  if (problems.length === 0) {
    problems.push(
      ...(await problemsOf(() => {
        records = checkKeys(folder)
      })),
    )
  }
  return { records, problems }
}

async function problemsOf(check: () => void | Promise<void>): Promise<readonly string[]> {
  try {
    await check()
    return []
  } catch (error) {
    if (!(error instanceof DamagedFileError)) throw error
    return [`${basename(error.file)}: ${error.what}`]
  }
}

async function checkFile(file: string, schema: StoreSchema): Promise<void> {
  checkHeader(file, schema)
  const database = openForReading(file, CACHE_BYTES)
  try {
    naming(file, schema, () => {
      quickCheck(file, schema, database)
      checkTables(file, schema, database)
    })
    if (schema === auditLogSchema) await readAuditLog(file, database)
  } finally {
    database.close()
  }
}

/** Reading checks each record. */
async function readAuditLog(file: string, database: DatabaseSync): Promise<void> {
  for (const topic of ['operations', 'events'] as const) {
    const table = auditLogTable(database, file, topic)
    for (const partition of tablesOf(topic).keys()) {
      for (let next = table.start(partition); ; ) {
        const records = await table.read(partition, next, PAGE)
        if (records.length === 0) break
        next += records.length
      }
    }
  }
}

/** Returns how many records there are. */
function checkKeys(folder: string): number {
  const keys = join(folder, keysSchema.file)
  const { records, missing } = missingKeys(join(folder, logSchema.file), keys)
  const [first] = missing
  if (first === undefined) return records
  const what = `${missing.length} keys of the log's records are not in it, ${first} the first`
  throw new DamagedFileError(keys, what, keysSchema.remedy)
}
