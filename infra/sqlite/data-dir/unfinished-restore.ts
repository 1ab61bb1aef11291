import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DamagedFileError } from './damaged-file-error.ts'

/** Stands in a data directory while a restore goes on: the folder that what was there goes to, and whether it is all there. */
export const UNFINISHED_RESTORE = 'restore.unfinished'

/**
 * Throws a {@link DamagedFileError} over a data directory in which a restore was cut short: it is neither one nor the other, and
 * whatever is made in it now would stand in the way of what is yet to be moved.
 */
export function refuseUnfinishedRestore(dataDir: string): void {
  const file = join(dataDir, UNFINISHED_RESTORE)
  if (!existsSync(file)) return
  throw new DamagedFileError(
    file,
    'a restore was cut short',
    'Run it again: somabrain backup restore, with the same backup.',
  )
}
