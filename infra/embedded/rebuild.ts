import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { genesisRecord } from '../../commands/genesis-record.ts'
import { LONG_TERM_FOLD_VERSION } from '../../domain/long-term/fold.ts'
import { PARTITIONS } from '../../domain/partition.ts'
import { createLongTermProjection } from '../../projections/long-term/long-term-projection.ts'
import type { ReadLimit } from '../../projections/ports/log-reader.ts'
import { Projector } from '../../projections/projector.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { setAsideTable } from '../audit/embedded/set-aside-table.ts'
import { createKeyring } from '../crypto/keyring.ts'
import { createRowOpener } from '../crypto/row-opener.ts'
import { DamagedFileError } from '../sqlite/data-dir/damaged-file-error.ts'
import { prepareState, removeState } from '../sqlite/long-term/prepare-state.ts'
import { openOutcomeRange } from '../sqlite/long-term/read-outcomes.ts'
import { openLiveRowScan } from '../sqlite/long-term/scan-live-rows.ts'
import { openSqliteLongTermReader } from '../sqlite/long-term/sqlite-long-term-reader.ts'
import { openSqliteLongTermStore } from '../sqlite/long-term/sqlite-long-term-store.ts'
import { type EmbeddedStores, openEmbeddedStores } from '../sqlite/open-embedded-stores.ts'
import { SNAPSHOT_FOLDER } from '../views/snapshots/snapshot-folder.ts'
import { stateFingerprint } from './state-fingerprint.ts'
import { stateQuarrel } from './state-quarrel.ts'
import { unlock } from './unlock.ts'
import { createWorkingMemorySource } from './working-memory-source.ts'

export interface RebuildOptions {
  readonly dataDir: string
  readonly masterKey: string | null
  readonly clock: () => number
  /** How the log is cut into batches: no state depends on it. */
  readonly batch?: ReadLimit
  onProgress(done: number, total: number): void
}

export interface Rebuilt {
  /** Fingerprint of what was there, folded up to the log's end; `null` when that could not be. */
  readonly before: string | null
  /** Why there is no `before`; `null` when there is one. */
  readonly incomparable: string | null
  /** Where the audit table is that was chained from another log; `null`: it was left in place. */
  readonly auditSetAside: string | null
  readonly after: string
  readonly records: number
}

const BATCH: ReadLimit = { records: 1000, bytes: 4 << 20 }
const RETRY_DELAY_MS = 200
const EVERY_PARTITION = Array.from({ length: PARTITIONS }, (_, partition) => partition)

/** What a fold came to: the fingerprint of the state, or why it did not reach the log's end. */
type Folded = { readonly hash: string; readonly reason: null } | { readonly hash: null; readonly reason: string }

const NOTHING_BEFORE: Folded = { hash: null, reason: 'no state of this version' }
const UNFOLDABLE_REMEDY = 'Start the release that wrote it, or restore it from a backup.'

/**
 * Drops state.db of a data directory and the snapshots of views, folds the log again, and says whether the state is the same. A state that was folded from
 * another log is dropped like any other: that is how an older copy of the log becomes the truth.
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const { dataDir, clock } = options
  const makeGenesis = (partition: number, generation: string) =>
    genesisRecord(createCommandCodec(), partition, generation, clock())
  const stores = await openEmbeddedStores({ path: dataDir, makeGenesis, foldVersion: LONG_TERM_FOLD_VERSION })
  try {
    const quarrel = await stateQuarrel(stores)
    const before = await foldedBefore(stores, options, quarrel)
    removeState(stores.files.state)
    // A snapshot that a fault of the state got into would outlive it: both stand at the same checkpoint.
    rmSync(join(stores.path, SNAPSHOT_FOLDER), { recursive: true, force: true })
    prepareState(stores.files.state, LONG_TERM_FOLD_VERSION)
    const records = EVERY_PARTITION.reduce((sum, partition) => sum + stores.logReader.endNow(partition), 0)
    let done = 0
    const after = await foldAndHash(stores, options, (offsets) => {
      done += offsets
      options.onProgress(done, records)
    })
    if (after.hash === null) throw new DamagedFileError(stores.files.log, after.reason, UNFOLDABLE_REMEDY)
    const auditSetAside = quarrel === null ? null : setAsideTable(stores.path, clock())
    return { before: before.hash, incomparable: before.reason, auditSetAside, after: after.hash, records }
  } finally {
    await stores.close()
  }
}

async function foldedBefore(stores: EmbeddedStores, options: RebuildOptions, quarrel: string | null): Promise<Folded> {
  if (stores.state.status !== 'ready') return NOTHING_BEFORE
  if (quarrel !== null) return { hash: null, reason: `the state was folded from another log: ${quarrel}` }
  return foldAndHash(stores, options, () => {})
}

/** Folds the log to its end and hashes what came of it. */
async function foldAndHash(
  stores: EmbeddedStores,
  options: RebuildOptions,
  onMoved: (offsets: number) => void,
): Promise<Folded> {
  const { files, logReader: log, keyStore } = stores
  const store = openSqliteLongTermStore(files.state)
  try {
    const codec = createCommandCodec()
    const stopped: string[] = []
    const projector = new Projector(
      createLongTermProjection(store, codec),
      log,
      {
        moved: (_, __, offsets) => onMoved(offsets),
        deadLetters: () => {},
        waiting(partition, reason) {
          stopped.push(`partition ${partition}: ${reason}`)
          projector.release(partition)
        },
        stopped: (partition, reason) => stopped.push(`partition ${partition}: ${reason}`),
      },
      { batch: options.batch ?? BATCH, retryDelayMs: RETRY_DELAY_MS, pause: (ms) => pause(ms) },
    )
    for (const partition of EVERY_PARTITION) {
      await projector.take(partition)
      if (projector.state(partition).name === 'ready') await projector.catchUp(partition)
      if (stopped.length > 0) return { hash: null, reason: `it cannot be folded: ${stopped.join('; ')}` }
    }
    const { masterKey } = await unlock(stores.path, options.masterKey, log, keyStore)
    const keyring = createKeyring(keyStore, masterKey)
    const hash = await withSource(files.state, (parts) =>
      stateFingerprint(
        files.state,
        store.stateHash(),
        createWorkingMemorySource({ ...parts, log, codec, keyring, opener: createRowOpener(keyring) }),
      ),
    )
    return { hash, reason: null }
  } finally {
    store.close()
  }
}

async function withSource<T>(
  file: string,
  use: (parts: {
    reader: ReturnType<typeof openSqliteLongTermReader>
    liveRows: ReturnType<typeof openLiveRowScan>
    outcomes: ReturnType<typeof openOutcomeRange>
  }) => Promise<T>,
): Promise<T> {
  const parts = {
    reader: openSqliteLongTermReader(file),
    liveRows: openLiveRowScan(file),
    outcomes: openOutcomeRange(file),
  }
  try {
    return await use(parts)
  } finally {
    for (const part of Object.values(parts)) part.close()
  }
}
