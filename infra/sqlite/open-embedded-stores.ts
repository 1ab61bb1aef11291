import type { LogWriter } from '../../commands/ports/log-writer.ts'
import { type DataDirectory, openDataDirectory, type StoreFiles } from './data-dir/data-directory.ts'
import { namingDirectory } from './data-dir/directory-unusable-error.ts'
import { prepareStores } from './data-dir/prepare-stores.ts'
import { refuseUnfinishedRestore } from './data-dir/unfinished-restore.ts'
import { openSqliteKeyStore, type SqliteKeyStore } from './keys/sqlite-key-store.ts'
import type { MakeGenesis } from './log/create-log.ts'
import { openSqliteLogReader, type SqliteLogReader } from './log/sqlite-log-reader.ts'
import { sqliteLogWriter } from './log/sqlite-log-writer.ts'
import { type PreparedState, prepareState, removeState } from './long-term/prepare-state.ts'
import { startWriterThread } from './writer/writer-thread.ts'

export interface EmbeddedOptions {
  /** The data directory; made when absent. */
  readonly path: string
  /** The record at offset 0 of each partition of a new log. */
  readonly makeGenesis: MakeGenesis
  /** Version of the long-term fold. A state.db of another version is removed: it is folded again. */
  readonly foldVersion: number
}

/** What the HTTP thread holds. The projector's thread opens its own long-term store and log reader on `files`. */
export interface EmbeddedStores {
  readonly path: string
  readonly files: StoreFiles
  /** Whether the log was made just now. */
  readonly created: boolean
  /** What state.db was found to be; `other-version`: it was removed and made anew, empty. */
  readonly state: PreparedState
  readonly logWriter: LogWriter
  readonly logReader: SqliteLogReader
  readonly keyStore: SqliteKeyStore
  /** Whether the log and the keys can be written now; their thread is restarted when it ends unasked. */
  writable(): boolean
  /** Waits for what was sent, closes the files and lets the directory go. Calling it again changes nothing. */
  close(): Promise<void>
}

/**
 * Opens a data directory for this process alone. Throws {@link DirectoryInUseError}, {@link DamagedFileError} and
 * {@link DirectoryUnusableError}, whose messages are for the operator.
 */
export const openEmbeddedStores = (options: EmbeddedOptions): Promise<EmbeddedStores> =>
  namingDirectory(options.path, async () => {
    const directory = openDataDirectory(options.path)
    try {
      refuseUnfinishedRestore(directory.path)
      return await openStores(directory, options)
    } catch (error) {
      directory.close()
      throw error
    }
  })

async function openStores(directory: DataDirectory, options: EmbeddedOptions): Promise<EmbeddedStores> {
  const { path, files } = directory
  const { spans, created, state } = prepareStores(files, options.makeGenesis, options.foldVersion)
  if (state.status === 'other-version') {
    removeState(files.state)
    prepareState(files.state, options.foldVersion)
  }
  const thread = await startWriterThread(files)
  const logReader = openSqliteLogReader(files.log)
  const keyStore = openSqliteKeyStore(thread, files.keys)
  const closeAll = async (): Promise<void> => {
    keyStore.close()
    logReader.close()
    await thread.close()
    directory.close()
  }
  let closed: Promise<void> | null = null
  const close = (): Promise<void> => {
    closed ??= closeAll()
    return closed
  }
  const logWriter = sqliteLogWriter(thread, spans)
  return { path, files, created, state, logWriter, logReader, keyStore, writable: () => thread.ready(), close }
}
