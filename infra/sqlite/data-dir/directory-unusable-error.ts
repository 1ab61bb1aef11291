import { sqliteCode } from './sqlite-error.ts'

/** The operating system does not let the data directory be used: no space, no permission, a file system that fails. */
export class DirectoryUnusableError extends Error {
  readonly directory: string

  constructor(directory: string, cause: Error) {
    super(`${directory} cannot be used (${cause.message}): see to its free space and permissions`, { cause })
    this.name = 'DirectoryUnusableError'
    this.directory = directory
  }
}

/** Runs `work`; what SQLite or the file system refuses in it names the directory. */
export async function namingDirectory<Result>(directory: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Error && (sqliteCode(error) !== null || 'syscall' in error)) {
      throw new DirectoryUnusableError(directory, error)
    }
    throw error
  }
}
