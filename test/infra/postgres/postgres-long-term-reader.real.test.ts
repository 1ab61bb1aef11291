import test from 'ava'
import { PostgresLongTermReader } from '../../../infra/postgres/postgres-long-term-reader.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import { testLongTermReader } from '../../contract/long-term-reader.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryDatabase } from './temporary-database.ts'

const missing = await missingParts('postgres')
if (missing === null) {
  const database = await temporaryDatabase()
  testLongTermReader({
    name: 'Postgres long-term',
    async open() {
      const current = await database.newBuild()
      const store = new PostgresLongTermStore(database.fold, current)
      return { store, reader: new PostgresLongTermReader(database.read, { current }), close: async () => {} }
    },
  })
  test.after.always(() => database.drop())
} else {
  test.skip(`Postgres long-term: ${missing}`, (t) => t.pass())
}
