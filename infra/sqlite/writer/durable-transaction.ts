import type { DatabaseSync } from 'node:sqlite'
import { rollBack } from '../data-dir/in-transaction.ts'
import { asError, SQLITE_BUSY, SQLITE_FULL, sqliteCode } from '../data-dir/sqlite-error.ts'

/** What came of a transaction. `uncertain`: the commit failed so late that a crash may still bring it back. */
export type Committed<Result> =
  | { readonly status: 'committed'; readonly result: Result }
  | { readonly status: 'rolled-back'; readonly error: Error }
  | { readonly status: 'uncertain'; readonly error: Error }

/**
 * One transaction, one fsync. When the commit itself fails for another reason than a full disk or a lock (a failed
 * fsync is one), its frames may stand in the write-ahead log complete: this process would overwrite them, but a crash
 * before that makes recovery find them. Nobody may be told that it was not written.
 */
export function durableTransaction<Result>(database: DatabaseSync, work: () => Result): Committed<Result> {
  let committing = false
  try {
    database.exec('begin immediate')
    const result = work()
    committing = true
    database.exec('commit')
    return { status: 'committed', result }
  } catch (thrown) {
    const error = asError(thrown)
    const code = sqliteCode(error)
    const uncertain = committing && code !== SQLITE_FULL && code !== SQLITE_BUSY
    rollBack(database)
    return { status: uncertain ? 'uncertain' : 'rolled-back', error }
  }
}
