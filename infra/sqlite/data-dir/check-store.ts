import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { DamagedFileError } from './damaged-file-error.ts'
import { isDamage } from './sqlite-error.ts'
import type { StoreSchema } from './store-schema.ts'

const MAGIC = 'SQLite format 3\0'
const HEADER_BYTES = 100

export interface StoreHeader {
  readonly schemaVersion: number
}

/**
 * Reads the header of a database file (sqlite.org/fileformat2.html §1.3) before SQLite opens it, so that what is wrong
 * can be said plainly. Never call it while this process has the file open: closing any descriptor of a file drops all
 * of the process's POSIX locks on it (sqlite.org/howtocorrupt.html §2.2).
 */
export function checkHeader(file: string, schema: StoreSchema): StoreHeader {
  const damaged = (what: string) => new DamagedFileError(file, what, schema.remedy)
  const { header, size } = readHeader(file)
  if (size < HEADER_BYTES) throw damaged(`it is truncated to ${size} bytes`)
  if (header.toString('latin1', 0, 16) !== MAGIC) throw damaged('it is not an SQLite file')
  const found = header.readInt32BE(68)
  if (found !== schema.applicationId) throw damaged(`it is another program's or another store's file (${found})`)
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16)
  const pages = header.readUInt32BE(28)
  // After a kill in the middle of a checkpoint the header may be ahead of the file: the pages are in the -wal then.
  if (!hasWriteAheadLog(file) && size < pages * pageSize) {
    throw damaged(`it is truncated: ${size} bytes of ${pages * pageSize}`)
  }
  return { schemaVersion: header.readInt32BE(60) }
}

/** Compares the tables with those that `schema` makes. */
export function checkTables(file: string, schema: StoreSchema, database: DatabaseSync): void {
  const rows = naming(file, schema, () => database.prepare('select sql from sqlite_schema where sql is not null').all())
  const found = new Set(rows.map((row) => String(row.sql).toLowerCase()))
  const missing = schema.tables.find((table) => !found.has(table.toLowerCase()))
  if (missing !== undefined) {
    throw new DamagedFileError(file, `its schema lacks "${missing.slice(0, 60)}…"`, schema.remedy)
  }
}

/** Runs `work`; damage that SQLite meets in it names the file and what to do. */
export function naming<Result>(file: string, schema: StoreSchema, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw named(file, schema, error)
  }
}

/** An error of SQLite over a file: damage names the file and what to do, anything else is as it was. */
export function named(file: string, schema: StoreSchema, error: unknown): unknown {
  if (!isDamage(error)) return error
  return new DamagedFileError(file, 'SQLite finds its pages corrupt', schema.remedy, { cause: error })
}

function readHeader(file: string): { header: Buffer; size: number } {
  const handle = openSync(file, 'r')
  try {
    const header = Buffer.alloc(HEADER_BYTES)
    readSync(handle, header, 0, HEADER_BYTES, 0)
    return { header, size: fstatSync(handle).size }
  } finally {
    closeSync(handle)
  }
}

const hasWriteAheadLog = (file: string): boolean => (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
