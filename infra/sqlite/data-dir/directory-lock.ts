import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DamagedFileError } from './damaged-file-error.ts'
import { isDamage, SQLITE_BUSY, sqliteCode } from './sqlite-error.ts'

/** Another process (or another part of this one) has the data directory open. */
export class DirectoryInUseError extends Error {
  readonly directory: string
  /** Of the process that has it, when it could be read. */
  readonly pid: number | null

  constructor(directory: string, pid: number | null) {
    super(
      `${directory} is in use by ${pid === null ? 'another process' : `process ${pid}`}: stop it, or use another one`,
    )
    this.name = 'DirectoryInUseError'
    this.directory = directory
    this.pid = pid
  }
}

export interface DirectoryLock {
  release(): void
}

/**
 * Holds a directory for the life of the process: an exclusive transaction on an empty `lock.db`, which is an operating
 * system lock that a SIGKILL releases. The pid stands in a file of its own because `lock.db` cannot be read by others.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const file = join(directory, 'lock.db')
  const pidFile = join(directory, 'lock.pid')
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    database.exec('begin exclusive')
  } catch (error) {
    database.close()
    if (sqliteCode(error) === SQLITE_BUSY) throw new DirectoryInUseError(directory, readPid(pidFile))
    if (!isDamage(error)) throw error
    throw new DamagedFileError(file, 'it is not an SQLite file', 'Delete it while no process uses the folder.', {
      cause: error,
    })
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 })
  return { release: () => database.close() }
}

function readPid(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
