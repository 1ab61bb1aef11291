import { createHash, randomBytes } from 'node:crypto'
import test from 'ava'
import type { Checkpoint } from '../../../domain/checkpoint.ts'
import type { MemoryRow } from '../../../domain/memory.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { createDataKey } from '../../../infra/crypto/data-key.ts'
import { createMasterKey } from '../../../infra/crypto/master-key.ts'
import { LONG_TERM } from '../../../infra/postgres/long-term/long-term-tables.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import { createViewThreads } from '../../../infra/views/view-threads.ts'
import { noViewMetrics } from '../../../query-api/ports/view-metrics.ts'
import { defaultQueryLimits } from '../../../query-api/query-limits.ts'
import { encodeSecret } from '../../../schemas/secret-codec.ts'
import { BENCH_PARTITION, BENCH_SCOPE, benchMemory } from '../../bench/store-rows.ts'
import { missingPooler, startOwnPooler } from '../../support/own-pooler.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { type TemporaryDatabase, temporaryDatabase } from '../postgres/temporary-database.ts'

const MASTER = randomBytes(32)
const KEY_ID = 'c'.repeat(32)
const SECRET = createHash('sha256').update(KEY_ID).digest()
const wrapped = createMasterKey(MASTER, 'test').wrap('data-key', [KEY_ID, 'slot', '1'], SECRET)
const key = async () => ({ keyId: KEY_ID, slot: 'slot', generation: 1, wrapped })

function row(n: number): MemoryRow {
  const plain = benchMemory(n, 0)
  const { tenant, namespace, commandId, memoryId } = plain
  const context = { tenant, namespace, keyId: KEY_ID, commandId, memoryId, type: 'Remember' } as const
  const nobody = { metadata: {}, tags: [], author: null, runId: null, userId: null, agentId: null, subject: null }
  const sealed = createDataKey(KEY_ID, SECRET).seal(context, encodeSecret({ ...nobody, content: `the clock ${n}` }))
  return { ...plain, keyId: KEY_ID, sealed }
}

/** Long-term memory in Postgres, with rows of one namespace. */
async function filled(database: TemporaryDatabase) {
  const build = await database.newBuild()
  const store = new PostgresLongTermStore(database.fold, build)
  let at: Checkpoint = await store.checkpoint(BENCH_PARTITION)
  const append = async (from: number, count: number): Promise<void> => {
    const memories = Array.from({ length: count }, (_, i) => row(from + i))
    const { offset, commandId, knownAt } = memories.at(-1)!
    const to = {
      foldVersion: build.foldVersion,
      generation: 'f'.repeat(16),
      offset,
      lastCommandId: commandId,
      knownTime: knownAt,
    }
    const counts = { live: offset + 1, total: offset + 1, firstKnownAt: 0, lastKnownAt: knownAt }
    const namespaces = [
      { ...BENCH_SCOPE, partition: BENCH_PARTITION, language: 'en', profile: 'auto' as const, ...counts },
    ]
    const changes = { memories, namespaces, links: [], outcomes: [], deadLetters: [] }
    const moved = await store.move(BENCH_PARTITION, at, to, changes)
    if (moved.outcome !== 'moved') throw new Error(moved.outcome)
    at = to
  }
  await append(0, 300)
  return append
}

const withoutPostgres = await missingParts('postgres')
const withoutPooler = withoutPostgres ?? (await missingPooler())

for (const [way, missing] of [
  ['Postgres', withoutPostgres],
  ['a pooler of Postgres', withoutPooler],
] as const) {
  const real = missing === null ? test : test.skip
  const reason = missing === null ? '' : ` (${missing})`
  real(
    `a thread reads the live build of ${LONG_TERM} through ${way}, follows it, and is refused when it is gone${reason}`,
    async (t) => {
      const database = await temporaryDatabase()
      const append = await filled(database)
      const pooler = way === 'Postgres' ? null : await startOwnPooler(t, { connections: 1 })
      const source = {
        rows: { kind: 'postgres', dsn: pooler?.dsnOf(database.dsn) ?? database.dsn, pooler: pooler !== null },
        dataDir: temporaryFolder(t),
        masterKey: MASTER.toString('base64'),
        vectorModel: null,
        limits: defaultQueryLimits,
      } as const
      const deps = { progress: { waitForFold: async () => true }, key, metrics: noViewMetrics, onFault: () => {} }
      const threads = createViewThreads(source, deps)
      t.teardown(() => threads.close())
      const view = threads.open(BENCH_SCOPE, { changed() {}, lost() {} })
      const query = { k: 3, filter: null, asOf: { valid: 2e12, validAsked: false, known: null }, minScore: null }
      const recall = async (text: string, wish = { offset: -1, allowStale: false }) => {
        const { value, without } = await view.read(wish, {
          ask: 'recall',
          args: [{ ...query, query: text, explain: false }],
        })
        return { best: (value as ReadonlyArray<{ offset: number }>)[0]?.offset, without }
      }
      t.deepEqual(await recall('clock 217'), { best: 217, without: null })
      t.deepEqual(view.progress, { ready: true, rows: 300, of: 300 })
      await append(300, 5)
      t.deepEqual(await recall('clock 303', { offset: 304, allowStale: false }), { best: 303, without: null })
      await database.drop()
      const error = await t.throwsAsync(recall('clock 1'), { instanceOf: ProblemError })
      t.is(error.problem.code, 'store_unavailable')
      t.deepEqual(await recall('clock 1', { offset: -1, allowStale: true }), { best: 1, without: 'store' })
    },
  )
}
