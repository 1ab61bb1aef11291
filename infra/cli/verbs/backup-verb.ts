import { existsSync } from 'node:fs'
import type { ListedBackup } from '../../sqlite/backup/backup-folder.ts'
import type { BackupManifest } from '../../sqlite/backup/backup-manifest.ts'
import type { MadeBackup } from '../../sqlite/backup/make-backup.ts'
import type { VerifiedBackup } from '../../sqlite/backup/verify-backup.ts'
import { DirectoryInUseError } from '../../sqlite/data-dir/directory-lock.ts'
import type { RebuildReport, VerbContext } from '../verb-context.ts'
import { duration } from '../view/progress-view.ts'
import { paint } from '../view/terminal.ts'
import type { BackupTask } from './backup-line.ts'

/** What the verb does, for a data directory that the composition knows. */
export interface BackupVerbContext extends Pick<VerbContext, 'out' | 'err' | 'elapsedMs'> {
  readonly dataDir: string
  /** The file of the ledger of erasures. */
  readonly ledger: string
  /** How long receipts of erasures say that backups are kept. */
  readonly retentionDays: number
  readonly make: (into: string) => Promise<MadeBackup>
  /** Returns the stamps of what is gone. */
  readonly prune: (into: string, days: number) => readonly string[]
  readonly list: (into: string) => readonly ListedBackup[]
  readonly verify: (backup: string) => Promise<VerifiedBackup>
  /** Rejects unless the master key of this data directory opens its keys. */
  readonly unlock: (backup: string) => Promise<void>
  /** Restores into a folder that is gone afterwards, and folds the log there. */
  readonly tryOut: (backup: string) => Promise<RebuildReport>
  /** Resolves to where what was there is; `null`: there was nothing. */
  readonly restore: (backup: string) => Promise<string | null>
  readonly rebuild: () => Promise<RebuildReport>
  readonly confirm: (question: string) => Promise<boolean>
}

const count = (value: number): string => value.toLocaleString('en-US')
const megabytes = (files: BackupManifest['files']): string =>
  `${(files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(1)} MB`
const summary = ({ records, files }: BackupManifest): string => `${count(records)} records, ${megabytes(files)}`

/** Exit code 0: made, sound or restored. 1: not so, and why is said. */
export async function backupVerb(task: BackupTask, context: BackupVerbContext): Promise<number> {
  switch (task.action) {
    case 'create':
      return create(task.into, context)
    case 'list':
      return list(task, context)
    case 'verify':
      return (await sound(task.backup, context)) === null ? 1 : 0
    case 'test':
      return test(task.backup, context)
    case 'restore':
      return restore(task, context)
  }
}

async function create(into: string, context: BackupVerbContext): Promise<number> {
  const { out, err, retentionDays } = context
  if (retentionDays === 0) {
    err.write(
      'SOMABRAIN_BACKUP_RETENTION_DAYS is 0: receipts of erasures say that no backup is kept. Set how long you keep them.\n',
    )
    return 1
  }
  const startedAt = context.elapsedMs()
  const { folder, manifest } = await context.make(into)
  const gone = context.prune(into, retentionDays)
  const older = gone.length === 0 ? '' : `; ${gone.length} older than ${retentionDays} d removed`
  out.write(`${folder}\n${summary(manifest)} in ${since(startedAt, context)}${older}\n`)
  return 0
}

function list({ into, asJson }: Extract<BackupTask, { action: 'list' }>, context: BackupVerbContext): number {
  const backups = context.list(into)
  if (asJson) {
    const items = backups.map(({ stamp, manifest }) => ({
      stamp,
      made_at: manifest?.madeAt ?? null,
      records: manifest?.records ?? null,
      bytes: manifest?.files.reduce((sum, { bytes }) => sum + bytes, 0) ?? null,
    }))
    context.out.write(`${JSON.stringify({ backups: items })}\n`)
    return 0
  }
  for (const { stamp, manifest } of backups) {
    context.out.write(`${stamp}  ${manifest === null ? 'cannot be read' : summary(manifest)}\n`)
  }
  if (backups.length === 0) context.out.write(`There is no backup in ${into}.\n`)
  return 0
}

/** What a backup says of itself, or `null` where it is not sound, which is said. */
async function sound(backup: string, context: BackupVerbContext): Promise<BackupManifest | null> {
  const { manifest, problems } = await context.verify(backup)
  const { out } = context
  if (problems.length === 0)
    out.write(`${paint(out, 'green', 'sound')}: ${summary(manifest)}, made ${manifest.madeAt}\n`)
  else for (const problem of problems) out.write(`${paint(out, 'red', 'DAMAGED')}: ${problem}\n`)
  return problems.length === 0 ? manifest : null
}

async function test(backup: string, context: BackupVerbContext): Promise<number> {
  if ((await sound(backup, context)) === null) return 1
  await context.unlock(backup)
  const startedAt = context.elapsedMs()
  const { records, after } = await context.tryOut(backup)
  context.out.write(`restores: ${count(records)} records folded in ${since(startedAt, context)}\nstate   ${after}\n`)
  return 0
}

/** Nothing is touched before the backup is known to be sound and to open. */
async function restore(
  { backup, isConfirmed }: Extract<BackupTask, { action: 'restore' }>,
  context: BackupVerbContext,
): Promise<number> {
  const manifest = await sound(backup, context)
  if (manifest === null) return 1
  await context.unlock(backup)
  const { out, dataDir } = context
  if (!isConfirmed && !(await context.confirm(`Put it in the place of what is in ${dataDir}?`))) return 1
  const aside = await context.restore(backup)
  if (aside !== null) out.write(`What was there is in ${aside}: remove it when nothing is to be saved from it.\n`)
  sayWhatIsErased(manifest, context)
  try {
    const { records, after } = await context.rebuild()
    out.write(`restored: ${count(records)} records folded\nstate   ${after}\n`)
  } catch (error) {
    // Whoever keeps the server running may have been faster: the server folds it then.
    if (!(error instanceof DirectoryInUseError)) throw error
    out.write(`restored: ${count(manifest.records)} records, which the server that has started folds\n`)
  }
  return 0
}

function sayWhatIsErased({ madeAt }: BackupManifest, { out, ledger }: BackupVerbContext): void {
  if (existsSync(ledger)) {
    out.write('What the ledger of erasures lists is erased again at the next start, before anything is answered.\n')
    return
  }
  const gone = `what was erased after ${madeAt} is there again. Put your copy there before you start`
  out.write(`${paint(out, 'yellow', 'NO LEDGER')} of erasures is at ${ledger}: ${gone}.\n`)
}

const since = (startedAt: number, { elapsedMs }: Pick<VerbContext, 'elapsedMs'>): string =>
  duration((elapsedMs() - startedAt) / 1000)
