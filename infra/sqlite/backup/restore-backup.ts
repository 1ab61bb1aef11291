import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { auditTableSchema } from '../audit/audit-table-schema.ts'
import { DamagedFileError } from '../data-dir/damaged-file-error.ts'
import { openDataDirectory } from '../data-dir/data-directory.ts'
import { namingDirectory } from '../data-dir/directory-unusable-error.ts'
import { replaceFile } from '../data-dir/replace-file.ts'
import { syncFile } from '../data-dir/sync-file.ts'
import { timeStamp } from '../data-dir/time-stamp.ts'
import { UNFINISHED_RESTORE } from '../data-dir/unfinished-restore.ts'
import { stateSchema } from '../long-term/state-schema.ts'
import { backedUpStores } from './backed-up-stores.ts'
import { BackupError } from './backup-error.ts'
import { readManifest } from './backup-manifest.ts'

const NOTED = /^(before-\d{8}T\d{9}Z)( moved)?$/
/**
 * The files of what is restored, and of what is folded from it. Of a database all of them, itself last: a journal or a write-ahead
 * log must never meet another database.
 */
const storeFiles = [...backedUpStores, stateSchema, auditTableSchema].flatMap(({ file }) =>
  ['-journal', '-wal', '-shm', ''].map((suffix) => `${file}${suffix}`),
)

export interface RestoreOptions {
  /** The backup's folder: it should have been verified. */
  readonly backup: string
  readonly dataDir: string
  /** Folders in it that hold nothing but what is made again: removed. */
  readonly derived: readonly string[]
  readonly clock: () => number
}

/**
 * Puts a backup in the place of what a data directory holds, which is moved to a folder of its own beside it; the secrets and
 * the ledger of erasures stay where they are. Cut short it leaves a directory that no server starts over, and is called again.
 * Resolves to where what was there is; `null`: there was nothing. Rejects with a `DirectoryInUseError` while a server runs, and
 * with a `DirectoryUnusableError` where it does not fit.
 */
export const restoreBackup = (options: RestoreOptions): Promise<string | null> =>
  namingDirectory(options.dataDir, async () => putInPlace(options))

function putInPlace({ backup, dataDir, derived, clock }: RestoreOptions): string | null {
  if (resolve(backup) === resolve(dataDir)) throw new BackupError(`${backup} is the data directory itself`)
  const { files } = readManifest(backup)
  const directory = openDataDirectory(dataDir)
  try {
    const { path } = directory
    const marker = join(path, UNFINISHED_RESTORE)
    if (!existsSync(marker)) replaceFile(marker, `before-${timeStamp(clock())}`)
    const { name, isMoved } = notedIn(marker)
    const aside = join(path, name)
    // What was there is never removed, only moved; what is there once all of it is moved was copied by a restore that was cut short.
    if (isMoved) for (const file of storeFiles) rmSync(join(path, file), { force: true })
    else moveAside(path, aside)
    replaceFile(marker, `${name} moved`)
    for (const folder of derived) rmSync(join(path, folder), { recursive: true, force: true })
    for (const file of files) {
      const target = join(path, file.name)
      copyFileSync(join(backup, file.name), target)
      // Where backups lie, files may have no modes.
      chmodSync(target, 0o600)
      switchToWriteAhead(target)
      syncFile(target)
    }
    syncFile(path)
    rmSync(marker)
    syncFile(path)
    return readdirSync(aside).length > 0 ? aside : null
  } finally {
    directory.close()
  }
}

function notedIn(marker: string): { readonly name: string; readonly isMoved: boolean } {
  const [, name, moved] = NOTED.exec(readFileSync(marker, 'utf8')) ?? []
  if (name === undefined)
    throw new DamagedFileError(marker, 'it is not what a restore writes', 'Look at it, and move it away.')
  return { name, isMoved: moved !== undefined }
}

function moveAside(dataDir: string, aside: string): void {
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  for (const file of storeFiles) {
    const [from, to] = [join(dataDir, file), join(aside, file)]
    if (!existsSync(from)) continue
    if (existsSync(to))
      throw new DamagedFileError(from, `it was made after it had been moved to ${to}`, 'Move it away.')
    renameSync(from, to)
  }
  syncFile(aside)
  syncFile(dataDir)
}

/** While the mark stands: a switch that is cut short leaves a journal, and who opens the store first may not undo it. */
function switchToWriteAhead(file: string): void {
  const database = new DatabaseSync(file)
  try {
    database.exec('pragma journal_mode = wal')
  } finally {
    database.close()
  }
}
