import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { instantOfStamp } from '../data-dir/time-stamp.ts'
import { BackupError } from './backup-error.ts'
import { type BackupManifest, readManifest } from './backup-manifest.ts'

/** What the name of a backup ends in while it is being made, or after that was cut short. */
export const PARTIAL = '.partial'
const MS_PER_DAY = 86_400_000

export interface ListedBackup {
  /** Its folder's name. */
  readonly stamp: string
  /** Milliseconds. */
  readonly at: number
  /** `null`: what it says of itself cannot be read. */
  readonly manifest: BackupManifest | null
}

/** The backups in a folder, oldest first. What else lies there is passed over. */
export function listBackups(into: string): readonly ListedBackup[] {
  return stampsIn(into, '').map(({ name, at }) => ({ stamp: name, at, manifest: manifestOf(join(into, name)) }))
}

/**
 * Removes backups that are older than so many days, and what was left of ones that were cut short a day ago or earlier. The newest
 * one that can be read stays, whatever its age: it may be all there is. Returns the stamps of the backups that went.
 */
export function pruneBackups(into: string, days: number, now: number): readonly string[] {
  const isOlder = (at: number, than: number): boolean => now - at > than * MS_PER_DAY
  for (const { name, at } of stampsIn(into, PARTIAL)) {
    if (isOlder(at, 1)) rmSync(join(into, name), { recursive: true })
  }
  const backups = listBackups(into)
  // One of a clock that went ahead is not the newest for years.
  const newest = backups.findLast(({ manifest, at }) => manifest !== null && at <= now)
  const gone = backups.filter((backup) => backup !== newest && isOlder(backup.at, days))
  for (const { stamp } of gone) rmSync(join(into, stamp), { recursive: true })
  return gone.map(({ stamp }) => stamp)
}

function manifestOf(folder: string): BackupManifest | null {
  try {
    return readManifest(folder)
  } catch (error) {
    if (error instanceof BackupError) return null
    throw error
  }
}

function stampsIn(into: string, suffix: string) {
  if (!existsSync(into)) throw new BackupError(`${into} is not there`)
  return readdirSync(into)
    .sort()
    .flatMap((name) => {
      const at = name.endsWith(suffix) ? instantOfStamp(name.slice(0, name.length - suffix.length)) : null
      return at === null ? [] : [{ name, at }]
    })
}
