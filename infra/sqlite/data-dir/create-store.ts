import { closeSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { inTransaction } from './in-transaction.ts'
import type { StoreSchema } from './store-schema.ts'
import { syncFile } from './sync-file.ts'

/**
 * Makes `file` whole or not at all: it is built under another name and renamed once it is on disk. `application_id`,
 * tables and first rows are thus in the file itself, never only in a write-ahead log.
 */
export function createStore(file: string, schema: StoreSchema, fill: (database: DatabaseSync) => void): void {
  const draft = `${file}.new`
  for (const leftover of [draft, `${draft}-journal`]) rmSync(leftover, { force: true })
  closeSync(openSync(draft, 'wx', 0o600))
  const database = new DatabaseSync(draft)
  try {
    database.exec(`
      pragma page_size = ${schema.pageSize};
      pragma synchronous = full;
      pragma application_id = ${schema.applicationId};
      pragma user_version = ${schema.schemaVersion};
    `)
    inTransaction(database, () => {
      for (const table of schema.tables) database.exec(table)
      fill(database)
    })
    database.exec('pragma journal_mode = wal')
  } finally {
    database.close()
  }
  renameSync(draft, file)
  syncFile(dirname(file))
}
