import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../data-dir/replace-file.ts'

/** In the data directory, so that the server that runs there can tell how old its newest backup is. */
const FILE = 'last-backup'

/** Notes that a backup of the data directory was made. `at`: milliseconds. */
export function noteBackup(dataDir: string, at: number): void {
  // For a server of another user, too: it is no secret.
  replaceFile(join(dataDir, FILE), `${new Date(at).toISOString()}\n`, 0o644)
}

/** When the newest backup of the data directory was made (milliseconds). Rejects where none is noted. */
export async function lastBackupAt(dataDir: string): Promise<number> {
  const text = (await readFile(join(dataDir, FILE), 'utf8')).trim()
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new RangeError(`${FILE} in ${dataDir} is no instant: ${text}`)
  return at
}
