import { DatabaseSync } from 'node:sqlite'

/** How long a connection waits for another one's lock before it fails. Writers never share a file, so this is ample. */
const BUSY_TIMEOUT_MS = 5_000

export interface WriteTuning {
  /** `full` fsyncs each commit; `normal` only checkpoints, for what can be folded again. */
  readonly synchronous: 'full' | 'normal'
  /** The write-ahead log is copied into the file once it is this long. */
  readonly checkpointBytes: number
  readonly cacheBytes: number
}

/** The one connection that writes `file`, which must exist. */
export function openForWriting(file: string, tuning: WriteTuning): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS })
  const pageSize = Number(database.prepare('pragma page_size').get()?.page_size)
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = ${tuning.synchronous};
    pragma wal_autocheckpoint = ${Math.ceil(tuning.checkpointBytes / pageSize)};
    pragma journal_size_limit = ${tuning.checkpointBytes * 2};
    pragma cache_size = ${-Math.ceil(tuning.cacheBytes / 1024)};
    pragma temp_store = memory;
  `)
  return database
}

/** A connection that only reads; each thread has its own. It sees every transaction that was committed before. */
export function openForReading(file: string, cacheBytes: number): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
  database.exec(`pragma cache_size = ${-Math.ceil(cacheBytes / 1024)}; pragma temp_store = memory`)
  return database
}
