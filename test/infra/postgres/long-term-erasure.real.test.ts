import test from 'ava'
import { PostgresErasureLog } from '../../../infra/postgres/postgres-erasure-log.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import { erasureAt, testErasureLog } from '../../contract/erasure-log.ts'
import { testLongTermErasure } from '../../contract/long-term-erasure.ts'
import { ACME, checkpointAt, NO_CHANGES, PARTITION } from '../../contract/long-term-rows.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryDatabase } from './temporary-database.ts'

const reason = await missingParts('postgres')
if (reason === null) {
  const database = await temporaryDatabase()
  testLongTermErasure({
    name: 'Postgres long-term',
    async open() {
      const store = new PostgresLongTermStore(database.fold, await database.newBuild())
      return { store, close: async () => {} }
    },
  })
  testErasureLog({
    name: 'Postgres erasures',
    async open() {
      const build = await database.newBuild()
      const log = new PostgresErasureLog(database.read, { current: build })
      return { store: new PostgresLongTermStore(database.fold, build), log, close: async () => {} }
    },
  })
  test('Postgres erasures: the newest of each namespace is where its last Erase stands', async (t) => {
    const build = await database.newBuild()
    const [store, log] = [
      new PostgresLongTermStore(database.fold, build),
      new PostgresErasureLog(database.read, { current: build }),
    ]
    t.deepEqual(await log.newest(), [])
    const from = await store.checkpoint(PARTITION)
    const erasures = [erasureAt(1), erasureAt(2, { namespace: 'other' }), erasureAt(3)]
    await store.move(PARTITION, from, checkpointAt(from, 3), { ...NO_CHANGES, erasures })
    const newest = [...(await log.newest())].sort((a, b) => a.offset - b.offset)
    t.deepEqual(newest, [
      { ...ACME, namespace: 'other', partition: PARTITION, offset: 2 },
      { ...ACME, partition: PARTITION, offset: 3 },
    ])
  })
  test.after.always(() => database.drop())
} else {
  test.skip(`Postgres long-term: ${reason}`, (t) => t.pass())
}
