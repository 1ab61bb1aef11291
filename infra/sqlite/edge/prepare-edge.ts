import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { checkHeader, naming } from '../data-dir/check-store.ts'
import { createStore } from '../data-dir/create-store.ts'
import { DamagedFileError } from '../data-dir/damaged-file-error.ts'
import { inTransaction } from '../data-dir/in-transaction.ts'
import { openForWriting, type WriteTuning } from '../data-dir/open-database.ts'
import { refuseUnfinishedRestore } from '../data-dir/unfinished-restore.ts'
import { edgeSchema } from './edge-schema.ts'

export const edgeTuning: WriteTuning = { synchronous: 'full', checkpointBytes: 1 << 20, cacheBytes: 1 << 20 }

/**
 * Makes or checks edge.db, before any connection of this process to it is open; whoever makes it must hold the data directory.
 * Throws a {@link DamagedFileError}.
 */
export function prepareEdge(file: string): void {
  refuseUnfinishedRestore(dirname(file))
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  if (!existsSync(file)) createStore(file, edgeSchema, () => undefined)
  const { schemaVersion } = checkHeader(file, edgeSchema)
  if (schemaVersion > edgeSchema.schemaVersion) {
    throw new DamagedFileError(
      file,
      `its tables have version ${schemaVersion}, and this release knows ${edgeSchema.schemaVersion}`,
      'Start the release that wrote it.',
    )
  }
  naming(file, edgeSchema, () => addMissingTables(file))
}

function addMissingTables(file: string): void {
  const database = openForWriting(file, edgeTuning)
  try {
    inTransaction(database, () => {
      const rows = database.prepare('select name from sqlite_schema').all()
      const found = new Set(rows.map(({ name }) => String(name)))
      for (const table of edgeSchema.tables) if (!found.has(nameOf(table))) database.exec(table)
    })
  } finally {
    database.close()
  }
}

/** Of `create table NAME …` or `create index NAME …`. */
const nameOf = (statement: string): string => statement.split(/[\s(]+/, 3)[2]!
