import test from 'ava'
import { PostgresFoldWatch } from '../../../infra/postgres/fold-watch.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import type { ProjectionBuild } from '../../../infra/postgres/projection-builds.ts'
import { checkpointAt, PARTITION, remembered } from '../../contract/long-term-rows.ts'
import { missingParts } from '../../support/real-parts.ts'
import { type TemporaryDatabase, temporaryDatabase } from '../postgres/temporary-database.ts'

const LONG_MS = 60_000

const missing = await missingParts('postgres')
if (missing === null) {
  const database = await temporaryDatabase()
  test.after.always(() => database.drop())

  test('after a switch what was seen of the old build does not count as folded by the new one', async (t) => {
    const [one, two] = [await database.newBuild(), await database.newBuild()]
    await foldTo(database, one, 3)
    await foldTo(database, two, 2)
    const followed = { current: one }
    // Nobody looks unasked within the test.
    const watch = new PostgresFoldWatch(database.read, followed, { idleMs: LONG_MS })
    t.teardown(() => watch.close())
    watch.start()
    t.true(await watch.waitForFold(PARTITION, 3, LONG_MS))
    followed.current = two
    t.false(await watch.waitForFold(PARTITION, 3, 50), 'the new build is behind')
    const waiting = watch.waitForFold(PARTITION, 3, LONG_MS)
    await foldTo(database, two, 3)
    t.true(await waiting)
  })
} else {
  test.skip(`a switch between builds: ${missing}`, () => undefined)
}

async function foldTo(database: TemporaryDatabase, build: ProjectionBuild, offset: number): Promise<void> {
  const store = new PostgresLongTermStore(database.fold, build)
  const from = await store.checkpoint(PARTITION)
  const offsets = Array.from({ length: offset - from.offset }, (_, i) => from.offset + 1 + i)
  const move = await store.move(PARTITION, from, checkpointAt(from, offset), remembered(offsets))
  if (move.outcome !== 'moved') throw new Error(`the store answered ${move.outcome}`)
}
