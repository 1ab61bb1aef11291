import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { backedUpStores } from './backed-up-stores.ts'
import { type BackedUpFile, type BackupManifest, describeFile, readManifest } from './backup-manifest.ts'
import { checkStores } from './check-stores.ts'

export interface VerifiedBackup {
  readonly manifest: BackupManifest
  /** What is wrong with it, each in one sentence; none: it is what was copied, and whole. */
  readonly problems: readonly string[]
}

/**
 * Whether a backup is what was copied, byte by byte, and would restore ({@link checkStores}). Needs no master key. Throws a
 * `BackupError` where it is none.
 */
export async function verifyBackup(folder: string): Promise<VerifiedBackup> {
  const manifest = readManifest(folder)
  const problems: string[] = []
  for (const file of manifest.files) problems.push(...(await problemsOfBytes(folder, file)))
  // What is not what was copied need not be looked into.
  if (problems.length > 0) return { manifest, problems }
  const names = manifest.files.map(({ name }) => name)
  const found = await checkStores(folder, names)
  const isOther = found.problems.length === 0 && found.records !== manifest.records
  const other = isOther ? [`log.db holds ${found.records} records, not ${manifest.records}`] : []
  return { manifest, problems: [...found.problems, ...other] }
}

async function problemsOfBytes(folder: string, { name, bytes, sha256 }: BackedUpFile): Promise<readonly string[]> {
  if (!backedUpStores.some(({ file }) => file === name)) return [`${name} is nothing that a backup holds`]
  if (!existsSync(join(folder, name))) return [`${name} is missing`]
  const found = await describeFile(folder, name)
  if (found.bytes !== bytes) return [`${name} has ${found.bytes} bytes, not the ${bytes} that were copied`]
  return found.sha256 === sha256 ? [] : [`${name} is not what was copied: its SHA-256 is another one`]
}
