import { existsSync, rmSync } from 'node:fs'
import { checkHeader, checkTables, naming } from '../data-dir/check-store.ts'
import { createStore } from '../data-dir/create-store.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { readFoldVersion } from './checkpoint-table.ts'
import { stateSchema } from './state-schema.ts'

/** `other-version`: made by another fold or table version; {@link removeState} and prepare again, then fold anew. */
export type PreparedState =
  | { readonly status: 'created' | 'ready' }
  | { readonly status: 'other-version'; readonly found: string }

/** Makes or checks state.db, before any connection to it is open. Throws a {@link DamagedFileError}. */
export function prepareState(file: string, foldVersion: number): PreparedState {
  if (!existsSync(file)) {
    createStore(file, stateSchema, (database) => {
      database.prepare('insert into fold (fold_version) values (?)').run(foldVersion)
    })
    return { status: 'created' }
  }
  const { schemaVersion } = checkHeader(file, stateSchema)
  if (schemaVersion !== stateSchema.schemaVersion) return { status: 'other-version', found: `tables ${schemaVersion}` }
  const found = naming(file, stateSchema, () => checkedFoldVersion(file))
  return found === foldVersion ? { status: 'ready' } : { status: 'other-version', found: `fold ${found}` }
}

/** Deletes the derived store: it costs a fold of the log, nothing else. No connection to it may be open. */
export function removeState(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '.new', '.new-journal']) rmSync(`${file}${suffix}`, { force: true })
}

function checkedFoldVersion(file: string): number {
  const database = openForReading(file, 2 << 20)
  try {
    checkTables(file, stateSchema, database)
    return readFoldVersion(database)
  } finally {
    database.close()
  }
}
