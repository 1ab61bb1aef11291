import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from '../data-dir/replace-file.ts'

/** In the data directory, so that the server that runs there can tell how old its newest backup is. */
const FILE = 'last-backup'

/** Notes that a backup of the data directory was made. `at`: milliseconds. */
export function noteBackup(dataDir: string, at: number): void {
  replaceFile(join(dataDir, FILE), `${new Date(at).toISOString()}\n`)
}

/** When the newest backup of the data directory was made (milliseconds); `null`: never, as far as it is noted. */
export function lastBackupAt(dataDir: string): number | null {
  try {
    const at = Date.parse(readFileSync(join(dataDir, FILE), 'utf8').trim())
    return Number.isNaN(at) ? null : at
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
