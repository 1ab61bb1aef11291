import { existsSync, renameSync } from 'node:fs'
import { auditFiles } from '../../sqlite/audit/prepare-audit.ts'
import { timeStamp } from '../../sqlite/data-dir/time-stamp.ts'

/**
 * Moves the audit table of a data directory out of the way, so that it is chained anew from the logs at the next start. It is
 * kept: it may be all that tells what an older log lacks. Returns where it is, `null` when there was none.
 */
export function setAsideTable(dataDir: string, now: number): string | null {
  const { audit } = auditFiles(dataDir)
  if (!existsSync(audit)) return null
  const aside = audit.replace(/\.db$/, `-before-${timeStamp(now)}.db`)
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(`${audit}${suffix}`)) renameSync(`${audit}${suffix}`, `${aside}${suffix}`)
  }
  return aside
}
