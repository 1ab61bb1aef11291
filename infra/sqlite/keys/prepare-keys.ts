import { existsSync } from 'node:fs'
import { checkHeader, checkTables, naming } from '../data-dir/check-store.ts'
import { createStore } from '../data-dir/create-store.ts'
import { DamagedFileError } from '../data-dir/damaged-file-error.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { keysSchema } from './keys-schema.ts'

/** Makes or checks keys.db, before any connection to it is open. Throws a {@link DamagedFileError}. */
export function prepareKeys(file: string): { readonly used: boolean } {
  if (!existsSync(file)) createStore(file, keysSchema, () => undefined)
  const { schemaVersion } = checkHeader(file, keysSchema)
  if (schemaVersion !== keysSchema.schemaVersion) {
    const remedy = 'Start the release that wrote it, or restore keys.db from a backup of this release.'
    throw new DamagedFileError(
      file,
      `its tables have version ${schemaVersion}, not ${keysSchema.schemaVersion}`,
      remedy,
    )
  }
  return naming(file, keysSchema, () => {
    const database = openForReading(file, 2 << 20)
    try {
      checkTables(file, keysSchema, database)
      return { used: database.prepare('select 1 from index_keys limit 1').get() !== undefined }
    } finally {
      database.close()
    }
  })
}
