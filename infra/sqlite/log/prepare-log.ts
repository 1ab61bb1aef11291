import { existsSync } from 'node:fs'
import { checkHeader, checkTables, naming } from '../data-dir/check-store.ts'
import { DamagedFileError } from '../data-dir/damaged-file-error.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { type CheckedLog, checkLog } from './check-log.ts'
import { createLog, type MakeGenesis } from './create-log.ts'
import { logSchema } from './log-schema.ts'

export interface PreparedLog extends CheckedLog {
  readonly created: boolean
}

/** Makes or checks log.db, before any connection to it is open. Throws a {@link DamagedFileError}. */
export function prepareLog(file: string, makeGenesis: MakeGenesis): PreparedLog {
  const created = !existsSync(file)
  if (created) createLog(file, makeGenesis)
  const { schemaVersion } = checkHeader(file, logSchema)
  if (schemaVersion !== logSchema.schemaVersion) {
    const remedy = 'Start the release that wrote it, or restore log.db from a backup of this release.'
    throw new DamagedFileError(file, `its tables have version ${schemaVersion}, not ${logSchema.schemaVersion}`, remedy)
  }
  return naming(file, logSchema, () => {
    const database = openForReading(file, 2 << 20)
    try {
      checkTables(file, logSchema, database)
      return { created, ...checkLog(file, database) }
    } finally {
      database.close()
    }
  })
}
