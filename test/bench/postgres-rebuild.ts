// node test/bench/postgres-rebuild.ts [memories] [batch] [insert]: the log folded into a new build of long-term memory, four partitions
// at a time as a projector does (indexes that only readers need come last), against raw `copy` of the same rows over as
// many connections, prepared beforehand, with the same indexes made after. Records a second, and processor time a record.
// `insert`: rows come in the statement of each move, as they do to a live build, and are not copied.
// The memory in use is looked at before each tenth and at the end: it must not grow with the length of the log.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { LONG_TERM_FOLD_VERSION } from '../../domain/long-term/fold.ts'
import { binaryRows } from '../../infra/postgres/long-term/copy-rows.ts'
import { longTermTables } from '../../infra/postgres/long-term/long-term-tables.ts'
import { MEMORY_COLUMNS } from '../../infra/postgres/long-term/memory-rows.ts'
import { OUTCOME_COLUMNS } from '../../infra/postgres/long-term/outcome-rows.ts'
import { PostgresLongTermStore } from '../../infra/postgres/postgres-long-term-store.ts'
import { createBuild, finishBuild, type ProjectionBuild } from '../../infra/postgres/projection-builds.ts'
import { createLongTermProjection } from '../../projections/long-term/long-term-projection.ts'
import type { LogRecord } from '../../projections/ports/log-reader.ts'
import type { LongTermStore } from '../../projections/ports/long-term-store.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { temporaryDatabase } from '../infra/postgres/temporary-database.ts'
import { round } from './http-measure.ts'
import { rawCopy } from './postgres-copy.ts'
import { benchRecords } from './postgres-records.ts'
import { type ProcessorTime, processorTime, since } from './processor-time.ts'

const TOTAL = Number(process.argv[2] ?? 200_000)
/** As the projectors of a cluster fold what nobody reads yet. */
const BATCH = Number(process.argv[3] ?? 5_000)
const COPY_FROM = process.argv[4] === 'insert' ? Number.POSITIVE_INFINITY : undefined
const AT_ONCE = 4
/** Records of a partition that are made at a time, outside the clock: a log of a million would not fit into memory. */
const PIECE = 10_000
const ROW_BYTES = 1_024

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

interface Spent {
  readonly ms: number
  readonly processor: ProcessorTime
}

const tables = longTermTables(LONG_TERM_FOLD_VERSION)
const codec = createCommandCodec()
const database = await temporaryDatabase()
try {
  await createBuild(database.fold, tables)
  const [rebuilt, raw] = [await createBuild(database.fold, tables), await createBuild(database.fold, tables)]
  const store = new PostgresLongTermStore(database.fold, rebuilt, COPY_FROM)
  const [fold, copy]: Spent[][] = [[], []]
  const memoryMb: number[] = []
  const pieces = Math.ceil(TOTAL / (PIECE * AT_ONCE))
  await connectAll()
  for (let piece = 0; piece < pieces; piece += 1) {
    if (piece % Math.ceil(pieces / 10) === 0) memoryMb.push(await memoryInUseMb())
    const rows = await foldPiece(store, piece, fold!)
    copy!.push(await spent(() => Promise.all(rows.map(([memories, outcomes]) => copyPiece(raw, memories, outcomes)))))
  }
  memoryMb.push(await memoryInUseMb())
  fold!.push(await spent(() => finishBuild(database.fold, tables, rebuilt)))
  copy!.push(await spent(() => finishBuild(database.fold, tables, raw)))
  const records = pieces * PIECE * AT_ONCE
  console.log(
    JSON.stringify({
      memories: records,
      batch: BATCH,
      rebuild: figures(fold!, records),
      rawCopy: figures(copy!, records),
      ofRawCopy: round(total(copy!) / total(fold!)),
      memoryMb,
    }),
  )
} finally {
  await database.drop()
}

/** Folds one piece of each partition. Returns the rows that came of it, as `copy` takes them. */
async function foldPiece(store: LongTermStore, piece: number, costs: Spent[]): Promise<[Buffer[][], Buffer[][]][]> {
  const pieces = Array.from({ length: AT_ONCE }, (_, partition) => pieceOf(partition, piece))
  const rows = pieces.map((): [Buffer[][], Buffer[][]] => [[], []])
  const moved: Parameters<LongTermStore['move']>[] = []
  const projection = createLongTermProjection(
    {
      checkpoint: (partition) => store.checkpoint(partition),
      load: (needs) => store.load(needs),
      move(...move) {
        moved.push(move)
        return store.move(...move)
      },
    },
    codec,
  )
  costs.push(
    await spent(() =>
      Promise.all(
        pieces.map(async (records, partition) => {
          for (let at = 0; at < PIECE; at += BATCH) {
            const from = await projection.checkpoint(partition)
            const result = await projection.fold(partition, from, records.slice(at, at + BATCH))
            if (result.outcome !== 'moved') throw new Error(`the fold came to ${result.outcome}`)
          }
        }),
      ),
    ),
  )
  for (const [partition, , , changes] of moved) {
    rows[partition]![0].push(await all(binaryRows(MEMORY_COLUMNS, changes.memories, ROW_BYTES)))
    rows[partition]![1].push(await all(binaryRows(OUTCOME_COLUMNS, changes.outcomes, ROW_BYTES)))
  }
  return rows
}

async function all(chunks: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const buffers: Buffer[] = []
  for await (const chunk of chunks) buffers.push(chunk)
  return buffers
}

/** Ids and namespaces must differ between partitions, offsets follow each other within one. */
function pieceOf(partition: number, piece: number): readonly LogRecord[] {
  const first = piece * PIECE
  const scope = { tenant: 'bench', namespace: `of-partition-${partition}` }
  return benchRecords(PIECE, (piece * AT_ONCE + partition) * PIECE, scope).map((record, i) => ({
    ...record,
    partition,
    offset: first + i,
  }))
}

async function copyPiece({ schema }: ProjectionBuild, memories: Buffer[][], outcomes: Buffer[][]): Promise<void> {
  for (const rows of memories) await rawCopy(database.fold, `${schema}.memories`, MEMORY_COLUMNS, rows)
  for (const rows of outcomes) await rawCopy(database.fold, `${schema}.outcomes`, OUTCOME_COLUMNS, rows)
}

/** So that no connection is opened within the clock, and processor time is always of the same ones. */
async function connectAll(): Promise<void> {
  await Promise.all(Array.from({ length: AT_ONCE }, () => database.fold.query('select pg_sleep(0.2)')))
}

async function spent(work: () => Promise<unknown>): Promise<Spent> {
  const before = await processorTime(database.fold)
  const begin = performance.now()
  await work()
  const ms = performance.now() - begin
  return { ms, processor: since(before, await processorTime(database.fold)) }
}

function total(costs: readonly Spent[]): number {
  return costs.reduce((sum, { ms }) => sum + ms, 0)
}

function figures(costs: readonly Spent[], records: number) {
  const sum = (of: (time: ProcessorTime) => number | null) =>
    round(costs.reduce((all, { processor }) => all + (of(processor) ?? Number.NaN), 0) * (1_000 / records))
  return {
    perSecond: Math.round((records * 1_000) / total(costs)),
    nodeMicroseconds: sum(({ node }) => node),
    postgresMicroseconds: sum(({ postgres }) => postgres),
  }
}

/** What is alive: without collecting, it would be what the collector has not come to yet. Buffers go with the second time. */
async function memoryInUseMb(): Promise<number> {
  for (let time = 0; time < 2; time += 1) {
    collect()
    await nextTurn()
  }
  const { heapUsed, external } = process.memoryUsage()
  return round((heapUsed + external) / 1e6)
}
