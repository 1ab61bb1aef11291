// node test/bench/postgres-rebuild.ts [memories]: the log folded into a new build of long-term memory, as a rebuild does
// (indexes that only readers need come last), against a raw `copy` of the same rows with the same indexes made after.
// The memory in use is looked at after each tenth: it must not grow with the length of the log.
import { LONG_TERM_FOLD_VERSION } from '../../domain/long-term/fold.ts'
import { longTermTables } from '../../infra/postgres/long-term/long-term-tables.ts'
import { MEMORY_COLUMNS } from '../../infra/postgres/long-term/memory-rows.ts'
import { OUTCOME_COLUMNS } from '../../infra/postgres/long-term/outcome-rows.ts'
import { PostgresLongTermStore } from '../../infra/postgres/postgres-long-term-store.ts'
import { createBuild, finishBuild, type ProjectionBuild } from '../../infra/postgres/projection-builds.ts'
import { createLongTermProjection } from '../../projections/long-term/long-term-projection.ts'
import type { LongTermStore } from '../../projections/ports/long-term-store.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { temporaryDatabase } from '../infra/postgres/temporary-database.ts'
import { round } from './http-measure.ts'
import { copyData, rawCopy } from './postgres-copy.ts'
import { benchRecords } from './postgres-records.ts'
import { BENCH_PARTITION } from './store-rows.ts'

const TOTAL = Number(process.argv[2] ?? 200_000)
const BATCH = 1_000
/** Records that are made at a time, outside the clock: a log of a million would not fit into memory. */
const PIECE = 10_000

const tables = longTermTables(LONG_TERM_FOLD_VERSION)
const codec = createCommandCodec()
const database = await temporaryDatabase()
try {
  await createBuild(database.fold, tables)
  const [rebuilt, raw] = [await createBuild(database.fold, tables), await createBuild(database.fold, tables)]
  const store = new PostgresLongTermStore(database.fold, rebuilt)
  let [foldMs, copyMs] = [0, 0]
  const heapMb: number[] = []
  for (let first = 0; first < TOTAL; first += PIECE) {
    const [fold, copy] = await onePiece(store, raw, first)
    foldMs += fold
    copyMs += copy
    if ((first / PIECE) % Math.ceil(TOTAL / PIECE / 10) === 0) heapMb.push(heapInUseMb())
  }
  foldMs += await timed(() => finishBuild(database.fold, tables, rebuilt))
  copyMs += await timed(() => finishBuild(database.fold, tables, raw))
  console.log(
    JSON.stringify({
      memories: TOTAL,
      rebuiltPerSecond: Math.round((TOTAL * 1000) / foldMs),
      rawCopyPerSecond: Math.round((TOTAL * 1000) / copyMs),
      ofRawCopy: round(copyMs / foldMs),
      heapMb,
    }),
  )
} finally {
  await database.drop()
}

/** Folds one piece and copies the rows that came of it. Milliseconds of each. */
async function onePiece(store: LongTermStore, raw: ProjectionBuild, first: number): Promise<[number, number]> {
  const records = benchRecords(PIECE, first)
  const memories: Buffer[] = []
  const outcomes: Buffer[] = []
  let beside = 0
  const projection = createLongTermProjection(
    {
      checkpoint: (partition) => store.checkpoint(partition),
      load: (needs) => store.load(needs),
      async move(partition, from, to, changes) {
        const move = await store.move(partition, from, to, changes)
        beside += await timed(async () => {
          memories.push(copyData(MEMORY_COLUMNS, changes.memories))
          outcomes.push(copyData(OUTCOME_COLUMNS, changes.outcomes))
        })
        return move
      },
    },
    codec,
  )
  const foldMs = await timed(async () => {
    for (let at = 0; at < PIECE; at += BATCH) {
      const from = await projection.checkpoint(BENCH_PARTITION)
      const result = await projection.fold(BENCH_PARTITION, from, records.slice(at, at + BATCH))
      if (result.outcome !== 'moved') throw new Error(`the fold came to ${result.outcome}`)
    }
  })
  const copyMs =
    (await rawCopy(database.fold, `${raw.schema}.memories`, MEMORY_COLUMNS, Buffer.concat(memories))) +
    (await rawCopy(database.fold, `${raw.schema}.outcomes`, OUTCOME_COLUMNS, Buffer.concat(outcomes)))
  return [foldMs - beside, copyMs]
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

function heapInUseMb(): number {
  const { heapUsed, external } = process.memoryUsage()
  return Math.round((heapUsed + external) / 1e6)
}
