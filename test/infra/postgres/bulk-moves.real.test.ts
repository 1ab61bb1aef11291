import test, { type ExecutionContext } from 'ava'
import { countRows } from '../../../infra/postgres/long-term/count-rows.ts'
import { LONG_TERM } from '../../../infra/postgres/long-term/long-term-tables.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import { createPostgresPool, FOLD_SETTINGS } from '../../../infra/postgres/postgres-pool.ts'
import { listBuilds } from '../../../infra/postgres/projection-builds.ts'
import { checkpointAt, PARTITION, remembered } from '../../contract/long-term-rows.ts'
import { missingParts } from '../../support/real-parts.ts'
import { type TemporaryDatabase, temporaryDatabase } from './temporary-database.ts'

const MANY = 2_500

const missing = await missingParts('postgres')
if (missing === null) {
  const database = await temporaryDatabase()
  test.after.always(() => database.drop())

  test('many rows are copied into a build that nobody reads yet, few rows and those of the live one are not', async (t) => {
    const [first, second] = [await database.newBuild(), await database.newBuild()]
    const [live, building] = await listBuilds(database.fold, LONG_TERM)
    t.deepEqual([live, building], [first, second])
    t.deepEqual([live!.state, building!.state], ['live', 'building'])
    for (const [build, rows, copies] of [
      [live!, MANY, 0],
      [building!, 10, 0],
      [building!, MANY, 2],
    ] as const) {
      const { pool, texts } = watchedPool(t, database)
      const store = new PostgresLongTermStore(pool, build)
      const from = await store.checkpoint(PARTITION)
      const offsets = Array.from({ length: rows }, (_, i) => from.offset + 1 + i)
      const to = checkpointAt(from, from.offset + rows)
      t.is((await store.move(PARTITION, from, to, remembered(offsets))).outcome, 'moved')
      t.is(texts.filter((text) => text.startsWith('copy ')).length, copies)
      const counts = await countRows(database.read, { current: build })
      t.deepEqual([counts.memories, counts.outcomes], [to.offset + 1, to.offset + 1])
    }
  })
} else {
  test.skip(`Postgres bulk moves: ${missing}`, (t) => t.pass())
}

/** A pool, and the statements that are sent over it. */
function watchedPool(t: ExecutionContext, { dsn }: TemporaryDatabase) {
  const pool = createPostgresPool({ dsn, applicationName: 'bulk', settings: FOLD_SETTINGS, max: 1 })
  t.teardown(() => pool.end())
  const texts: string[] = []
  pool.on('connect', (client) => {
    const { query } = client
    client.query = ((...args: [{ text?: string }]) => {
      texts.push(args[0].text ?? '')
      return Reflect.apply(query, client, args)
    }) as typeof query
  })
  return { pool, texts }
}
