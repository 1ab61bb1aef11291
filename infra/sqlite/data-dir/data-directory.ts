import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { keysSchema } from '../keys/keys-schema.ts'
import { logSchema } from '../log/log-schema.ts'
import { stateSchema } from '../long-term/state-schema.ts'
import { lockDirectory } from './directory-lock.ts'

export interface StoreFiles {
  readonly log: string
  readonly keys: string
  readonly state: string
}

/** A data directory that this process, and no other, has open. */
export interface DataDirectory {
  readonly path: string
  readonly files: StoreFiles
  /** Lets others have it. Close the stores first. */
  close(): void
}

/** Opens `path`, made with mode 0700 when absent. Throws {@link DirectoryInUseError} when another process has it. */
export function openDataDirectory(path: string): DataDirectory {
  const directory = resolve(path)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const lock = lockDirectory(directory)
  return {
    path: directory,
    files: {
      log: join(directory, logSchema.file),
      keys: join(directory, keysSchema.file),
      state: join(directory, stateSchema.file),
    },
    close: () => lock.release(),
  }
}
