import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Configuration } from '../../config/configuration.ts'
import { loadMasterKey, MASTER_KEY_FILE, MasterKeyError } from '../../crypto/master-key.ts'
import { rebuild } from '../../embedded/rebuild.ts'
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
    throw new BackupError('somabrain backup is for a data directory; a cluster is backed up by the tools of its parts')
  }
  const clock = Date.now
  const derived = [SNAPSHOT_FOLDER]
  const fold = (folder: string, key: string | null): Promise<RebuildReport> =>
    rebuild({ dataDir: folder, masterKey: key, clock, onProgress: () => undefined })
  return backupVerb(task, {
    ...{ out, err, elapsedMs, dataDir, retentionDays: erasure.backupRetentionDays },
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
      unwrapKeys(backup, (tenant, wrapped) => key.unwrap('index-key', [tenant], wrapped))
    },
    async tryOut(backup) {
      const folder = mkdtempSync(join(tmpdir(), 'somabrain-restore-'))
      try {
        await restoreBackup({ backup, dataDir: folder, derived, clock })
        return await fold(folder, masterKey ?? readFileSync(join(dataDir, MASTER_KEY_FILE), 'utf8').trim())
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
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
