import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { namingDirectory } from '../data-dir/directory-unusable-error.ts'
import { syncFile } from '../data-dir/sync-file.ts'
import { timeStamp } from '../data-dir/time-stamp.ts'
import { refuseUnfinishedRestore } from '../data-dir/unfinished-restore.ts'
import { backedUpStores, isOptional } from './backed-up-stores.ts'
import { BackupError } from './backup-error.ts'
import { PARTIAL } from './backup-folder.ts'
import { type BackupManifest, describeFile, MANIFEST_FILE, manifestText, readManifest } from './backup-manifest.ts'
import { checkStores } from './check-stores.ts'
import { copyStore } from './copy-store.ts'

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
    const names = stores.map(({ file }) => file)
    const { records, problems } = await checkStores(draft, names)
    if (problems.length > 0) {
      throw new BackupError(`What was copied of ${dataDir} would not restore, and is no backup: ${problems.join('; ')}`)
    }
    const files = await Promise.all(names.map((name) => describeFile(draft, name)))
    const manifest = manifestText({ madeAt: new Date(at).toISOString(), version, records, files })
    writeFileSync(join(draft, MANIFEST_FILE), manifest, { mode: 0o600, flush: true })
    syncFile(draft)
    renameSync(draft, folder)
    syncFile(into)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    throw error
  }
  return { folder, manifest: readManifest(folder) }
}
