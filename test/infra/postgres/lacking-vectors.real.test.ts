import test from 'ava'
import { alone } from '../../../infra/postgres/alone.ts'
import { postgresLackingVectors } from '../../../infra/postgres/long-term/lacking-vectors.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import { testLackingVectors } from '../../contract/lacking-vectors.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryDatabase } from './temporary-database.ts'

const missing = await missingParts('postgres')
if (missing === null) {
  const database = await temporaryDatabase()
  test.after.always(() => database.drop())

  testLackingVectors({
    name: 'Postgres lacking vectors',
    async open() {
      const current = await database.newBuild()
      const store = new PostgresLongTermStore(database.fold, current)
      return { store, lacking: postgresLackingVectors(database.read, { current }), close: async () => {} }
    },
  })

  test('what one process does alone another leaves, until the first has ended, however it ends', async (t) => {
    const gate = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const first = alone(database.fold, 42, () => {
      begun.resolve()
      return gate.promise
    })
    await begun.promise
    t.false(await alone(database.read, 42, async () => t.fail('not alone')))
    gate.resolve()
    t.true(await first)
    await t.throwsAsync(
      alone(database.read, 42, () => Promise.reject(new Error('broken'))),
      { message: 'broken' },
    )
    t.true(await alone(database.fold, 42, async () => undefined))
  })
} else {
  test.skip(`Postgres lacking vectors: ${missing}`, (t) => t.pass())
}
