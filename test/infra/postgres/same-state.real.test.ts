import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { LONG_TERM_FOLD_VERSION } from '../../../domain/long-term/fold.ts'
import { isLive, type MemoryRow } from '../../../domain/memory.ts'
import { scopeKey } from '../../../domain/names.ts'
import { countRows } from '../../../infra/postgres/long-term/count-rows.ts'
import { listDeadLetters } from '../../../infra/postgres/long-term/list-dead-letters.ts'
import { listScopes } from '../../../infra/postgres/long-term/list-scopes.ts'
import { readLiveRows } from '../../../infra/postgres/long-term/read-live-rows.ts'
import { readOutcomes } from '../../../infra/postgres/long-term/read-outcomes.ts'
import { scanLiveRows } from '../../../infra/postgres/long-term/scan-live-rows.ts'
import { hashState } from '../../../infra/postgres/long-term/state-hash.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import { listScopes as listSqliteScopes } from '../../../infra/sqlite/long-term/list-scopes.ts'
import { prepareState } from '../../../infra/sqlite/long-term/prepare-state.ts'
import { openOutcomeRange } from '../../../infra/sqlite/long-term/read-outcomes.ts'
import { openSqliteLongTermStore } from '../../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import type { InMemoryLog } from '../../support/in-memory-log.ts'
import { SCOPES } from '../../support/in-namespaces.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { missingParts } from '../../support/real-parts.ts'
import { cuts, foldInBatches, scopedLogs } from '../../support/scoped-logs.ts'
import { temporaryDatabase } from './temporary-database.ts'
import { WAYS_OF_WRITING } from './ways-of-writing.ts'

const missing = await missingParts('postgres')
if (missing === null) {
  const database = await temporaryDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-test-'))
  let files = 0
  test.after.always(async () => {
    rmSync(folder, { recursive: true })
    await database.drop()
  })

  const inPostgres = async (log: InMemoryLog, sizes: readonly number[], copyFrom?: number) => {
    const current = await database.newBuild(LONG_TERM_FOLD_VERSION)
    await foldInBatches(new PostgresLongTermStore(database.fold, current, copyFrom), log, sizes)
    return { current }
  }
  const inSqlite = async (log: InMemoryLog, sizes: readonly number[]) => {
    files += 1
    const file = join(folder, `state-${files}.db`)
    prepareState(file, LONG_TERM_FOLD_VERSION)
    const store = openSqliteLongTermStore(file)
    await foldInBatches(store, log, sizes)
    return { file, store }
  }

  test('one log comes to the same state, bit for bit, in Postgres and in SQLite, however each is cut', async (t) => {
    await fc.assert(
      fc.asyncProperty(scopedLogs, cuts, cuts, fc.constantFrom(...WAYS_OF_WRITING), async (log, here, there, way) => {
        const [followed, sqlite] = [await inPostgres(log, here, way.copyFrom), await inSqlite(log, there)]
        t.is(await hashState(database.read, followed), sqlite.store.stateHash())
        t.deepEqual(await countRows(database.read, followed), sqlite.store.counts())
        const start = { partition: 0, offset: -1 }
        t.deepEqual(await listDeadLetters(database.read, followed, start, 100), sqlite.store.deadLetters(start, 100))
        sqlite.store.close()
        t.deepEqual(await listScopes(database.read, followed), listSqliteScopes(sqlite.file))
      }),
      // Not made smaller: a case takes a third of a second, and the ones that are tried last thousands.
      { numRuns: propertyRuns(25), endOnFailure: true },
    )
  })

  test('outcomes of any range are those of SQLite', async (t) => {
    const [log] = fc.sample(scopedLogs, { numRuns: 1, seed: 4 })
    const [followed, sqlite] = [await inPostgres(log!, [7]), await inSqlite(log!, [5])]
    sqlite.store.close()
    const range = openOutcomeRange(sqlite.file)
    const last = log!.records.at(-1)!.offset
    for (const [after, upTo] of [
      [-1, last],
      [0, 3],
      [3, 3],
      [last - 2, last + 10],
    ] as const) {
      t.deepEqual(await readOutcomes(database.read, followed, 0, after, upTo), range.between(0, after, upTo))
    }
    t.deepEqual(await readOutcomes(database.read, followed, 1, -1, last), [])
    range.close()
  })

  test('a scan hands over every live row of one namespace, newest first', async (t) => {
    await fc.assert(
      fc.asyncProperty(scopedLogs, async (log) => {
        const followed = await inPostgres(log, [100])
        for (const scope of SCOPES) {
          const rows: MemoryRow[] = []
          await scanLiveRows(database.read, followed, scope, (row) => rows.push(row))
          const sorted = rows.toSorted((a, b) => b.offset - a.offset)
          t.deepEqual(rows, sorted)
          t.true(rows.every((row) => isLive(row) && scopeKey(row) === scopeKey(scope)))
          const live = await database.read.query(
            `select coalesce(sum(live), 0)::int as live from ${followed.current.schema}.namespaces
             where tenant = $1 and namespace = $2`,
            [scope.tenant, scope.namespace],
          )
          t.is(rows.length, live.rows[0].live)
          const read = await readLiveRows(database.read, followed, scope, [], 2)
          t.deepEqual(read.memories.map(({ offset }) => offset).toSorted(), rows.map(({ offset }) => offset).toSorted())
          t.deepEqual(
            read.newest.toSorted((a, b) => b.offset - a.offset).map(({ sealed }) => sealed),
            rows.slice(0, 2).map(({ sealed }) => sealed),
          )
        }
      }),
      { numRuns: propertyRuns(10), endOnFailure: true },
    )
  })
} else {
  test.skip(`Postgres and SQLite: ${missing}`, (t) => t.pass())
}
