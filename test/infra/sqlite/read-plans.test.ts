import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import test from 'ava'
import { openSqliteLongTermReader } from '../../../infra/sqlite/long-term/sqlite-long-term-reader.ts'
import { openEmbedded } from '../../support/embedded.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

/** Tables that grow with what is remembered. */
const GROWING = ['memories', 'links', 'outcomes', 'erasures', 'erased_keys', 'receipts']

/** What the reader asks state.db, as it is prepared. */
function statementsOf(file: string): readonly string[] {
  const asked: string[] = []
  const { prepare } = DatabaseSync.prototype
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string): StatementSync {
    asked.push(sql)
    return prepare.call(this, sql)
  }
  try {
    openSqliteLongTermReader(file).close()
  } finally {
    DatabaseSync.prototype.prepare = prepare
  }
  return asked
}

test('no read of long-term memory goes through all rows of a table or of a namespace', async (t) => {
  const folder = temporaryFolder(t)
  const stores = await openEmbedded(t, folder)
  await stores.close()
  const file = join(folder, 'state.db')
  const database = new DatabaseSync(file, { readOnly: true })
  const details = statementsOf(file).flatMap((sql) =>
    database
      .prepare(`explain query plan ${sql}`)
      .all()
      .map(({ detail }) => String(detail)),
  )
  database.close()
  for (const table of ['memories', 'links', 'outcomes']) {
    t.true(
      details.some((detail) => detail.startsWith(`SEARCH ${table} `)),
      table,
    )
  }
  const through = details.filter((detail) => GROWING.some((table) => detail.startsWith(`SCAN ${table}`)))
  t.deepEqual(through, [])
  // The rows of a namespace, unless they come in an order that a limit or a page ends.
  const ofNamespace = details.filter((detail) => detail.endsWith('(scope=?)') && !detail.includes('memories_by_change'))
  t.deepEqual(ofNamespace, [])
})
