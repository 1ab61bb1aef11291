import { closeSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { named, naming } from '../data-dir/check-store.ts'
import { namingDirectory } from '../data-dir/directory-unusable-error.ts'
import { openForReading } from '../data-dir/open-database.ts'
import type { StoreSchema } from '../data-dir/store-schema.ts'
import { syncFile } from '../data-dir/sync-file.ts'

const CACHE_BYTES = 2 << 20
/** Copied at a time: between them other work of this process gets its turn. */
const PAGES = 2_048

/**
 * Copies a database that others may be writing, as it is at this moment. One read transaction spans the copy (SQLite's own
 * backup would begin anew whenever somebody commits, and on a busy server never end); meanwhile the source's write-ahead log
 * grows. The copy is one file: no write-ahead log belongs to it.
 */
export async function copyStore(source: string, target: string, schema: StoreSchema): Promise<void> {
  closeSync(openSync(target, 'wx', 0o600))
  const database = await namingDirectory(dirname(source), async () => openForReading(source, CACHE_BYTES))
  try {
    database.exec('begin')
    // A transaction sees the database as it is when it first reads.
    naming(source, schema, () => database.prepare('select count(*) from sqlite_schema').get())
    await backup(database, target, { rate: PAGES }).catch((error: unknown) => {
      throw named(source, schema, error)
    })
  } finally {
    database.close()
  }
  const copy = new DatabaseSync(target)
  try {
    copy.exec('pragma journal_mode = delete')
  } finally {
    copy.close()
  }
  syncFile(target)
}
