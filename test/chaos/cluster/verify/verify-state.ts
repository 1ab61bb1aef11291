import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { LONG_TERM_FOLD_VERSION } from '../../../../domain/long-term/fold.ts'
import { PARTITIONS } from '../../../../domain/partition.ts'
import { hashState } from '../../../../infra/postgres/long-term/state-hash.ts'
import { prepareState } from '../../../../infra/sqlite/long-term/prepare-state.ts'
import { openSqliteLongTermStore } from '../../../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import { createLongTermProjection } from '../../../../projections/long-term/long-term-projection.ts'
import { Projector } from '../../../../projections/projector.ts'
import type { Chaos } from '../chaos.ts'
import type { Observer } from '../observer.ts'
import { seconds } from '../report.ts'

const BATCH = { records: 1000, bytes: 4 << 20 }

/** Long-term memory, after all faults, is what one fold of the whole log from offset 0 makes, in another store. */
export async function verifyState({ cluster, observer, report }: Chaos): Promise<void> {
  const { readPool, liveBuild } = observer.parts
  const begun = performance.now()
  const inPostgres = await hashState(readPool, liveBuild)
  const hashed = performance.now()
  const folded = await foldAgain(observer, join(cluster.folder, 'state.db'))
  const ends = await observer.ends()
  const records = ends.reduce((sum, end) => sum + end, 0)
  const took = `hashed in ${seconds(hashed - begun)}, folded again in ${seconds(performance.now() - hashed)}`
  report.figure('long-term state', `${records} records, ${inPostgres.slice(0, 16)}…, ${took}`)
  if (folded !== inPostgres) {
    report.violated(`the state of long-term memory is ${inPostgres}, and folding the log again gives ${folded}`)
  }
}

/** Hash of the state after folding the whole log into an empty SQLite store. */
async function foldAgain({ parts }: Observer, file: string): Promise<string> {
  prepareState(file, LONG_TERM_FOLD_VERSION)
  const store = openSqliteLongTermStore(file)
  try {
    const fail = (partition: number, reason: string): void => {
      throw new Error(`partition ${partition} cannot be folded again: ${reason}`)
    }
    const projector = new Projector(
      createLongTermProjection(store, parts.codec),
      parts.logReader,
      { moved: () => {}, deadLetters: (partition) => fail(partition, 'dead letters'), waiting: fail, stopped: fail },
      { batch: BATCH, retryDelayMs: 100, pause: (ms) => pause(ms) },
    )
    for (let partition = 0; partition < PARTITIONS; partition++) {
      await projector.take(partition)
      await projector.catchUp(partition)
    }
    return store.stateHash()
  } finally {
    store.close()
  }
}
