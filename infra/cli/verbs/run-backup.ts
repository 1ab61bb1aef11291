import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Configuration } from '../../config/configuration.ts'
import { loadMasterKey, MASTER_KEY_FILE, MasterKeyError } from '../../crypto/master-key.ts'
import { rebuild } from '../../embedded/rebuild.ts'
import { ledgerPath } from '../../erasure/erasure-settings.ts'
import { BackupError } from '../../sqlite/backup/backup-error.ts'
import { listBackups, pruneBackups } from '../../sqlite/backup/backup-folder.ts'
import { noteBackup } from '../../sqlite/backup/last-backup.ts'
import { makeBackup } from '../../sqlite/backup/make-backup.ts'
import { restoreBackup } from '../../sqlite/backup/restore-backup.ts'
import { unwrapKeys } from '../../sqlite/backup/unwrap-keys.ts'
import { verifyBackup } from '../../sqlite/backup/verify-backup.ts'
import { version } from '../../telemetry/version.ts'
import { SNAPSHOT_FOLDER } from '../../views/snapshots/snapshot-folder.ts'
import { confirm } from '../confirm.ts'
import type { RebuildReport, VerbContext } from '../verb-context.ts'
import type { BackupTask } from './backup-line.ts'
import { backupVerb } from './backup-verb.ts'

/** Backups of a data directory, whether a server runs on it or not. */
export async function runBackup(
  task: BackupTask,
  { cluster, dataDir, masterKey, erasure }: Configuration,
  { out, err, elapsedMs }: Pick<VerbContext, 'out' | 'err' | 'elapsedMs'>,
): Promise<number> {
  if (cluster !== null) {
    throw new BackupError(
      'somabrain backup is for a data directory; the log of a cluster is archived by somabrain archive',
    )
  }
  const clock = Date.now
  const derived = [SNAPSHOT_FOLDER]
  const fold = (folder: string, key: string | null): Promise<RebuildReport> =>
    rebuild({ dataDir: folder, masterKey: key, clock, onProgress: () => undefined })
  return backupVerb(task, {
    ...{ out, err, elapsedMs, dataDir, retentionDays: erasure.backupRetentionDays },
    ledger: ledgerPath(dataDir, erasure),
    async make(into) {
      const made = await makeBackup({ dataDir, into: resolve(into), clock, version })
      noteBackup(dataDir, Date.parse(made.manifest.madeAt))
      return made
    },
    prune: (into, days) => pruneBackups(into, days, clock()),
    list: listBackups,
    verify: verifyBackup,
    async unlock(backup) {
      requireMasterKey(dataDir, masterKey)
      const key = loadMasterKey(dataDir, masterKey)
      namingRemedy(() => unwrapKeys(backup, (...wrapped) => key.unwrap(...wrapped)))
    },
    tryOut: (backup) =>
      inPassingFolder(async (folder) => {
        await restoreBackup({ backup, dataDir: folder, derived, clock })
        return fold(folder, masterKey ?? readFileSync(join(dataDir, MASTER_KEY_FILE), 'utf8').trim())
      }),
    restore: (backup) => restoreBackup({ backup, dataDir, derived, clock }),
    rebuild: () => fold(dataDir, masterKey),
    confirm: (question) => confirm(question, err),
  })
}

/** One that is made now opens no backup. */
function requireMasterKey(dataDir: string, configured: string | null): void {
  const file = join(dataDir, MASTER_KEY_FILE)
  if (configured !== null || existsSync(file)) return
  throw new MasterKeyError(
    `${file} is missing, and nothing of a backup can be read without the master key. ` +
      'Put your copy of it there, or set SOMABRAIN_MASTER_KEY.',
  )
}

function namingRemedy(unwrap: () => void): void {
  try {
    unwrap()
  } catch (error) {
    if (!(error instanceof MasterKeyError)) throw error
    const remedy = 'Set the one of then, or put it behind the present one as SOMABRAIN_MASTER_KEY_PREVIOUS.'
    throw new MasterKeyError(`${error.message}. ${remedy}`, { cause: error })
  }
}

/** It holds keys: it is gone afterwards, also when this process is told to end. */
async function inPassingFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-restore-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  const end = (signal: NodeJS.Signals): void => {
    remove()
    process.kill(process.pid, signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.once(signal, end)
  try {
    return await work(folder)
  } finally {
    for (const signal of signals) process.off(signal, end)
    remove()
  }
}
