import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyStore } from '../../commands/ports/key-store.ts'
import { PARTITIONS } from '../../domain/partition.ts'
import { loadMasterKey, MASTER_KEY_FILE, type MasterKey } from '../crypto/master-key.ts'
import type { SqliteLogReader } from '../sqlite/log/sqlite-log-reader.ts'

export interface Unlocked {
  readonly masterKey: MasterKey
  /** Whether it was made just now: the operator is told to keep a copy. */
  readonly made: boolean
}

const FIRST_TENANT = 'default'

/**
 * The master key of a data directory. Throws, for the operator, when it is absent although something was stored, or when
 * it is not the one that the keys were wrapped with: made anew, it would shut everything away for good.
 */
export async function unlock(
  dataDir: string,
  configured: string | null,
  log: SqliteLogReader,
  keys: KeyStore,
): Promise<Unlocked> {
  const path = join(dataDir, MASTER_KEY_FILE)
  if (configured === null && !existsSync(path) && holdsCommands(log)) {
    throw new Error(
      `${path} is missing, and the log holds commands that were sealed under it. ` +
        'Put your copy of it back, or set SOMABRAIN_MASTER_KEY; without it nothing that was stored can be read.',
    )
  }
  const masterKey = loadMasterKey(dataDir, configured)
  const wrapped = await keys.indexKey(FIRST_TENANT)
  if (wrapped !== null) masterKey.unwrap('index-key', [FIRST_TENANT], wrapped)
  return { masterKey, made: masterKey.made }
}

/** Offset 0 is the partition's `Genesis`. */
const holdsCommands = (log: SqliteLogReader): boolean =>
  Array.from({ length: PARTITIONS }, (_, partition) => log.endNow(partition)).some((end) => end > 1)
