/** What node:sqlite throws: `errcode` is SQLite's extended result code, whose low byte is the primary one. */
export interface SqliteError extends Error {
  readonly errcode: number
}

/** Primary result codes (sqlite.org/rescode.html) that callers tell apart. */
export const SQLITE_BUSY = 5
export const SQLITE_CORRUPT = 11
export const SQLITE_FULL = 13
export const SQLITE_NOTADB = 26

/** The primary result code of an SQLite error, or `null` for any other error. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null
  return error.errcode & 0xff
}

/** Whether SQLite met pages that cannot be those of a sound database. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error)
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB
}

export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))
