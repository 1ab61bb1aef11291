import test from 'ava'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import { testLongTermMove } from '../../contract/long-term-move.ts'
import { testLongTermStore } from '../../contract/long-term-store.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryDatabase } from './temporary-database.ts'
import { WAYS_OF_WRITING } from './ways-of-writing.ts'

const missing = await missingParts('postgres')
if (missing === null) {
  const database = await temporaryDatabase()
  for (const { name, copyFrom } of WAYS_OF_WRITING) {
    const adapter = {
      name: `Postgres long-term, rows ${name}`,
      async open() {
        const store = new PostgresLongTermStore(database.fold, await database.newBuild(), copyFrom)
        return { store, close: async () => {} }
      },
    }
    testLongTermStore(adapter)
    testLongTermMove(adapter)
  }
  test.after.always(() => database.drop())
} else {
  test.skip(`Postgres long-term: ${missing}`, (t) => t.pass())
}
