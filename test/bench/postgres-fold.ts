// node test/bench/postgres-fold.ts [memories]: long-term memory folded into Postgres in batches of 1,000 (decode, load,
// fold, move), against bare `unnest` inserts of the same rows into the same tables and indexes, prepared beforehand.
import type { LongTermChanges } from '../../domain/long-term/changes.ts'
import { LONG_TERM_FOLD_VERSION } from '../../domain/long-term/fold.ts'
import { PostgresLongTermStore } from '../../infra/postgres/postgres-long-term-store.ts'
import { dropBuild, type ProjectionBuild } from '../../infra/postgres/projection-builds.ts'
import { createLongTermProjection } from '../../projections/long-term/long-term-projection.ts'
import type { LongTermStore } from '../../projections/ports/long-term-store.ts'
import { Projector } from '../../projections/projector.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { temporaryDatabase } from '../infra/postgres/temporary-database.ts'
import { round } from './http-measure.ts'
import { binaryBatch, type RawBatch, rawInserts, textBatch } from './postgres-raw.ts'
import { benchRecords, logOf } from './postgres-records.ts'
import { BENCH_PARTITION } from './store-rows.ts'

const TOTAL = Number(process.argv[2] ?? 30_000)
const BATCH = { records: 1000, bytes: 64 << 20 }
const ROUNDS = 3
const EVENTS = {
  moved() {},
  deadLetters() {},
  waiting(_: number, reason: string) {
    throw new Error(reason)
  },
  stopped(_: number, reason: string) {
    throw new Error(reason)
  },
}

const records = benchRecords(TOTAL)
const database = await temporaryDatabase()
try {
  const changes: LongTermChanges[] = []
  await inNewBuild(async (build) => void (await timeFold(keeping(inserting(build), changes))))
  const binary = changes.map(binaryBatch)
  const text = changes.map(textBatch)
  const [fold, rawBinary, rawText]: number[][] = [[], [], []]
  // In turns, so that whatever else the machine does falls on all; the best of each counts.
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    rawBinary!.push(await timeRaw(binary))
    fold!.push(await inNewBuild((build) => timeFold(inserting(build))))
    rawText!.push(await timeRaw(text))
  }
  const best = (ms: readonly number[]): number => Math.min(...ms)
  const perSecond = (ms: readonly number[]): number => Math.round((TOTAL * 1000) / best(ms))
  console.log(
    JSON.stringify({
      memories: TOTAL,
      batch: BATCH.records,
      foldPerSecond: perSecond(fold!),
      rawUnnestPerSecond: perSecond(rawBinary!),
      rawUnnestOfTextArraysPerSecond: perSecond(rawText!),
      ofRaw: round(best(rawBinary!) / best(fold!)),
      ofRawTextArrays: round(best(rawText!) / best(fold!)),
    }),
  )
} finally {
  await database.drop()
}

/** As what is live is folded. */
function inserting(build: ProjectionBuild): LongTermStore {
  return new PostgresLongTermStore(database.fold, build, Number.POSITIVE_INFINITY)
}

async function inNewBuild<T>(work: (build: ProjectionBuild) => Promise<T>): Promise<T> {
  const build = await database.newBuild(LONG_TERM_FOLD_VERSION)
  const result = await work(build)
  await dropBuild(database.fold, build.projection, build.build)
  return result
}

function timeRaw(batches: readonly RawBatch[]): Promise<number> {
  return inNewBuild(({ schema }) => rawInserts(database.fold, schema, batches))
}

async function timeFold(store: LongTermStore): Promise<number> {
  const options = { batch: BATCH, retryDelayMs: 100, pause: async () => {} }
  const projection = createLongTermProjection(store, createCommandCodec())
  const projector = new Projector(projection, logOf(records), EVENTS, options)
  await projector.take(BENCH_PARTITION)
  const begin = performance.now()
  await projector.catchUp(BENCH_PARTITION)
  return performance.now() - begin
}

/** Keeps what is moved, for the raw inserts. */
function keeping(store: LongTermStore, kept: LongTermChanges[]): LongTermStore {
  return {
    checkpoint: (partition) => store.checkpoint(partition),
    load: (needs) => store.load(needs),
    move(partition, from, to, changes) {
      kept.push(changes)
      return store.move(partition, from, to, changes)
    },
  }
}
