import type { DatabaseSync } from 'node:sqlite'
import { DamagedFileError } from './damaged-file-error.ts'
import type { StoreSchema } from './store-schema.ts'

/**
 * Reads every page of a file (SQLite's quick_check). Table by table: each holds a read transaction of its own, so that
 * checkpoints get their turn in between. Throws a {@link DamagedFileError}.
 */
export function quickCheck(file: string, schema: StoreSchema, database: DatabaseSync): void {
  const tables = database.prepare("select name from sqlite_schema where type = 'table'").all()
  for (const { name } of tables) {
    const verdict = String(database.prepare(`pragma quick_check('${name}')`).get()?.quick_check)
    if (verdict !== 'ok') throw new DamagedFileError(file, `table ${name}: ${verdict}`, schema.remedy)
  }
}
