import test from 'ava'
import { LONG_TERM_FOLD_VERSION } from '../../../domain/long-term/fold.ts'
import { buildToFold } from '../../../infra/cluster/rebuild/build-to-fold.ts'
import { completeBuild } from '../../../infra/cluster/rebuild/complete-build.ts'
import type { FoldFigures } from '../../../infra/cluster/rebuild/fold-pace.ts'
import { followBuild } from '../../../infra/cluster/rebuild/follow-build.ts'
import { switchWhenLevel } from '../../../infra/cluster/rebuild/switch-when-level.ts'
import { LONG_TERM, longTermTables } from '../../../infra/postgres/long-term/long-term-tables.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import {
  createBuild,
  dropBuild,
  ensureBuild,
  liveBuild,
  type ProjectionBuild,
} from '../../../infra/postgres/projection-builds.ts'
import { LogUnavailableError } from '../../../projections/ports/log-unavailable-error.ts'
import { checkpointAt, PARTITION, remembered } from '../../contract/long-term-rows.ts'
import { missingParts } from '../../support/real-parts.ts'
import { type TemporaryDatabase, temporaryDatabase } from '../postgres/temporary-database.ts'

const TABLES = longTermTables(LONG_TERM_FOLD_VERSION)

/** A log of one partition, as the brokers would tell of it: how often it was asked, and what happens then. */
function log(head: (asked: number) => number) {
  let asked = 0
  let known = -1
  return {
    head: (partition: number) => (partition === PARTITION ? known : -1),
    async refresh() {
      asked += 1
      known = head(asked)
    },
  }
}

const missing = await missingParts('postgres')
if (missing !== null) test.skip(`following a build: ${missing}`, () => undefined)
else registerTests()

async function world(t: { teardown(end: () => Promise<void>): void }) {
  const database = await temporaryDatabase()
  t.teardown(() => database.drop())
  await ensureBuild(database.fold, TABLES)
  const looks: FoldFigures[] = []
  const troubles: string[] = []
  const follow = {
    pool: database.fold,
    elapsedMs: () => looks.length * 500,
    onLook: (figures: FoldFigures) => void looks.push(figures),
    onTrouble: (reason: string) => void troubles.push(reason),
  }
  return { database, looks, troubles, follow }
}

function registerTests(): void {
  test('a rebuild goes on with the build that was begun, and begins another when that is live', async (t) => {
    const { database } = await world(t)
    const first = await buildToFold(database.fold)
    t.like(first, { isNew: true, build: { build: 2, state: 'building' } })
    t.like(await buildToFold(database.fold), { isNew: false, build: { build: 2 } })
    t.is((await switchWhenLevel(database.fold, 2, async () => {})).outcome, 'switched')
    t.like(await buildToFold(database.fold), { isNew: true, build: { build: 3 } })
    await createBuild(database.fold, longTermTables(LONG_TERM_FOLD_VERSION + 1))
    t.like(await buildToFold(database.fold), { isNew: false, build: { build: 3 } })
  })

  test('a build is caught up when it has what the log held at the look before, however far writes have gone on', async (t) => {
    const { database, looks, follow } = await world(t)
    const { build } = await buildToFold(database.fold)
    // Two records come in between any two looks, and the fold is always two behind.
    const pause = () => foldTo(database, build, looks.length * 2 + 10)
    const result = await followBuild({ ...follow, pause, heads: log((asked) => asked * 2 + 10) }, build)
    t.is(result.outcome, 'caught-up')
    t.is(looks.length, 2)
    t.true(looks.at(-1)!.lag > 0)
    t.is(looks[0]!.folded, 0)
    t.is(looks[0]!.total, 13)
  })

  test('a log that does not answer is asked again, and nothing is taken for folded meanwhile', async (t) => {
    const { database, troubles, follow } = await world(t)
    const { build } = await buildToFold(database.fold)
    const heads = log((asked) => {
      if (asked <= 3) throw new LogUnavailableError('the brokers do not answer', new Error('down'))
      return 4
    })
    const pause = () => foldTo(database, build, 4)
    t.is((await followBuild({ ...follow, pause, heads }, build)).outcome, 'caught-up')
    t.is(troubles.length, 3)
    t.regex(troubles[0]!, /the brokers do not answer/)
  })

  test('a build that somebody drops is gone, and is not waited for', async (t) => {
    const { database, follow } = await world(t)
    const { build } = await buildToFold(database.fold)
    const pause = async (): Promise<void> => void (await dropBuild(database.fold, LONG_TERM, build.build))
    t.is((await followBuild({ ...follow, pause, heads: log(() => 4) }, build)).outcome, 'gone')
  })

  test('readers get their indexes when the bulk is folded, and what came in meanwhile is waited for', async (t) => {
    const { database, looks, follow } = await world(t)
    const { build } = await buildToFold(database.fold)
    let indexing = 0
    let before: readonly string[] = []
    // While indexes are made nothing is folded, and three records come in.
    const heads = log(() => (indexing === 0 ? 4 : 7))
    const pause = async (): Promise<void> => {
      if (indexing === 0) before = await indexesOf(database, build)
      await foldTo(database, build, indexing === 0 ? 4 : 7)
    }
    const result = await completeBuild({ ...follow, pause, heads }, build, () => {
      indexing += 1
    })
    t.is(result.outcome, 'caught-up')
    t.is(indexing, 1)
    t.is(looks.at(-1)!.folded, 8)
    const live = (await liveBuild(database.fold, LONG_TERM))!
    const after = await indexesOf(database, build)
    t.true(before.length < after.length)
    t.deepEqual(after, await indexesOf(database, live))
  })

  test('a build that is far behind is not switched to; one that is nearly level is, after a while', async (t) => {
    const { database } = await world(t)
    const live = (await liveBuild(database.fold, LONG_TERM))!
    const { build } = await buildToFold(database.fold)
    await foldTo(database, live, 700)
    let tries = 0
    const pause = async (): Promise<void> => {
      tries += 1
    }
    t.like(await switchWhenLevel(database.fold, build.build, pause), { outcome: 'behind', records: 701 })
    await foldTo(database, build, 600)
    tries = 0
    t.like(await switchWhenLevel(database.fold, build.build, pause), { outcome: 'switched', from: live.build })
    t.true(tries >= 40, 'first it waits for the two to be level')
  })
}

async function indexesOf(database: TemporaryDatabase, { schema }: ProjectionBuild): Promise<readonly string[]> {
  const sql = 'select indexname as name from pg_indexes where schemaname = $1 order by indexname'
  const { rows } = await database.fold.query<{ name: string }>(sql, [schema])
  return rows.map(({ name }) => name)
}

async function foldTo(database: TemporaryDatabase, build: ProjectionBuild, offset: number): Promise<void> {
  const store = new PostgresLongTermStore(database.fold, build)
  const from = await store.checkpoint(PARTITION)
  if (from.offset >= offset) return
  const offsets = Array.from({ length: offset - from.offset }, (_, i) => from.offset + 1 + i)
  const move = await store.move(PARTITION, from, checkpointAt(from, offset), remembered(offsets))
  if (move.outcome !== 'moved') throw new Error(`the store answered ${move.outcome}`)
}
