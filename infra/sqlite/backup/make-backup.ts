import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { naming } from '../data-dir/check-store.ts'
import { namingDirectory } from '../data-dir/directory-unusable-error.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { syncFile } from '../data-dir/sync-file.ts'
import { timeStamp } from '../data-dir/time-stamp.ts'
import { refuseUnfinishedRestore } from '../data-dir/unfinished-restore.ts'
import { endOf, endStatements } from '../log/append-records.ts'
import { logSchema } from '../log/log-schema.ts'
import { backedUpStores, isOptional } from './backed-up-stores.ts'
import { BackupError } from './backup-error.ts'
import { PARTIAL } from './backup-folder.ts'
import { type BackupManifest, describeFile, MANIFEST_FILE, manifestText, readManifest } from './backup-manifest.ts'
import { copyStore } from './copy-store.ts'
import { verifyBackup } from './verify-backup.ts'

export interface BackupOptions {
  readonly dataDir: string
  /** The folder that holds the backups: this one becomes a folder in it, named by the instant. */
  readonly into: string
  /** Milliseconds. */
  readonly clock: () => number
  /** Of this release. */
  readonly version: string
}

export interface MadeBackup {
  readonly folder: string
  readonly manifest: BackupManifest
}

/**
 * Copies what a data directory cannot make anew, while a server writes to it or none runs. The folder gets its name when all of
 * it is on disk and verified, so neither one that was cut short nor one of a damaged store is ever taken for a backup. Rejects with
 * a {@link BackupError}, a `DamagedFileError` of what is copied, or a `DirectoryUnusableError` where it does not fit.
 */
export const makeBackup = (options: BackupOptions): Promise<MadeBackup> =>
  namingDirectory(options.into, () => copyStores(options))

async function copyStores({ dataDir, into, clock, version }: BackupOptions): Promise<MadeBackup> {
  const missing = backedUpStores.find((schema) => !isOptional(schema) && !existsSync(join(dataDir, schema.file)))
  if (missing !== undefined) throw new BackupError(`${join(dataDir, missing.file)} is not there: nothing to back up`)
  refuseUnfinishedRestore(dataDir)
  mkdirSync(into, { recursive: true, mode: 0o700 })
  const at = clock()
  const folder = join(into, timeStamp(at))
  const draft = `${folder}${PARTIAL}`
  mkdirSync(draft, { mode: 0o700 })
  try {
    const stores = backedUpStores.filter(({ file }) => existsSync(join(dataDir, file)))
    for (const schema of stores) await copyStore(join(dataDir, schema.file), join(draft, schema.file), schema)
    const files = await Promise.all(stores.map(({ file }) => describeFile(draft, file)))
    // A copy is as damaged as what it was made of, which is what has to be mended.
    const records = naming(join(dataDir, logSchema.file), logSchema, () => recordsOf(join(draft, logSchema.file)))
    const manifest = manifestText({ madeAt: new Date(at).toISOString(), version, records, files })
    writeFileSync(join(draft, MANIFEST_FILE), manifest, { mode: 0o600, flush: true })
    syncFile(draft)
    const { problems } = await verifyBackup(draft)
    if (problems.length > 0) {
      throw new BackupError(`What was copied of ${dataDir} would not restore, and is no backup: ${problems.join('; ')}`)
    }
    renameSync(draft, folder)
    syncFile(into)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    throw error
  }
  return { folder, manifest: readManifest(folder) }
}

function recordsOf(log: string): number {
  const database = openForReading(log, 1 << 20)
  try {
    return endStatements(database)
      .map(endOf)
      .reduce((sum, end) => sum + end, 0)
  } finally {
    database.close()
  }
}
