import test from 'ava'
import { PostgresErasureLog } from '../../../infra/postgres/postgres-erasure-log.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import { testErasureLog } from '../../contract/erasure-log.ts'
import { testLongTermErasure } from '../../contract/long-term-erasure.ts'
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
  test.after.always(() => database.drop())
} else {
  test.skip(`Postgres long-term: ${reason}`, (t) => t.pass())
}
