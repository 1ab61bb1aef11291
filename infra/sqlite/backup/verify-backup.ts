import { existsSync } from 'node:fs'
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
import { type BackedUpFile, type BackupManifest, describeFile, readManifest } from './backup-manifest.ts'
import { missingKeys } from './missing-keys.ts'

export interface VerifiedBackup {
  readonly manifest: BackupManifest
  /** What is wrong with it, each in one sentence; none: it is what was copied, and whole. */
  readonly problems: readonly string[]
}

const CACHE_BYTES = 2 << 20
const PAGE = { records: 1_000, bytes: 4 << 20 }

/**
 * Whether a backup is what was copied, and would restore: every byte by its hash, every page, every record by its checksum,
 * and a key, or the mark that it was destroyed, for each record. Needs no master key. Throws a `BackupError` where it is none.
 */
export async function verifyBackup(folder: string): Promise<VerifiedBackup> {
  const manifest = readManifest(folder)
  const problems: string[] = []
  for (const file of manifest.files) problems.push(...(await problemsOfBytes(folder, file)))
  const named = new Set(manifest.files.map(({ name }) => name))
  for (const schema of backedUpStores) {
    if (!named.has(schema.file)) {
      if (!isOptional(schema)) problems.push(`${schema.file} is not in it`)
    } else if (existsSync(join(folder, schema.file))) {
      problems.push(...(await problemsOf(() => checkFile(join(folder, schema.file), schema))))
    }
  }
  // A record is looked for in keys only when both can be read.
  if (problems.length === 0) problems.push(...(await problemsOf(() => checkKeys(folder, manifest))))
  return { manifest, problems }
}

async function problemsOfBytes(folder: string, { name, bytes, sha256 }: BackedUpFile): Promise<readonly string[]> {
  if (!backedUpStores.some(({ file }) => file === name)) return [`${name} is nothing that a backup holds`]
  if (!existsSync(join(folder, name))) return [`${name} is missing`]
  const found = await describeFile(folder, name)
  if (found.bytes !== bytes) return [`${name} has ${found.bytes} bytes, not the ${bytes} that were copied`]
  return found.sha256 === sha256 ? [] : [`${name} is not what was copied: its SHA-256 is another one`]
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

function checkKeys(folder: string, { records }: BackupManifest): void {
  const [log, keys] = [join(folder, logSchema.file), join(folder, keysSchema.file)]
  const found = missingKeys(log, keys)
  if (found.records !== records) {
    throw new DamagedFileError(log, `it holds ${found.records} records, not ${records}`, logSchema.remedy)
  }
  const [first] = found.missing
  if (first === undefined) return
  const what = `${found.missing.length} keys of the log's records are not in it, ${first} the first`
  throw new DamagedFileError(keys, what, keysSchema.remedy)
}
