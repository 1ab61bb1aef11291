import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { keysSchema } from '../keys/keys-schema.ts'
import { verifyRecords } from '../log/check-log.ts'
import { logSchema } from '../log/log-schema.ts'
import { stateSchema } from '../long-term/state-schema.ts'
import type { Damage } from './background-check.ts'
import { naming } from './check-store.ts'
import { DamagedFileError } from './damaged-file-error.ts'
import type { StoreFiles } from './data-directory.ts'
import { openForReading } from './open-database.ts'
import { quickCheck } from './quick-check.ts'
import type { StoreSchema } from './store-schema.ts'

/** The thread of background-check.ts: checks one file after the other, posts what is damaged, and ends. */
const files = workerData as StoreFiles
const damage = [
  ...checkFile(files.log, logSchema, (database) => verifyRecords(files.log, database)),
  ...checkFile(files.keys, keysSchema, () => undefined),
  ...checkFile(files.state, stateSchema, () => undefined),
]
parentPort?.postMessage(damage)

function checkFile(file: string, schema: StoreSchema, further: (database: DatabaseSync) => void): readonly Damage[] {
  const database = openForReading(file, 2 << 20)
  try {
    naming(file, schema, () => quickCheck(file, schema, database))
    naming(file, schema, () => further(database))
    return []
  } catch (error) {
    if (!(error instanceof DamagedFileError)) throw error
    return [{ file: error.file, what: error.what, remedy: error.remedy }]
  } finally {
    database.close()
  }
}
