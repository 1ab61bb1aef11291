import type { DatabaseSync } from 'node:sqlite'

/** Runs `work` in one write transaction; when it throws, nothing of it stays. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('begin immediate')
  try {
    const result = work()
    database.exec('commit')
    return result
  } catch (error) {
    rollBack(database)
    throw error
  }
}

/** Reads several statements from one snapshot. */
export function inSnapshot<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('begin deferred')
  try {
    return work()
  } finally {
    rollBack(database)
  }
}

/** SQLite ends a transaction by itself on some errors (a full disk is one), and then there is nothing to roll back. */
export function rollBack(database: DatabaseSync): void {
  if (database.isTransaction) database.exec('rollback')
}
