import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test from 'ava'
import { DamagedFileError } from '../../../infra/sqlite/data-dir/damaged-file-error.ts'
import { prepareEdge } from '../../../infra/sqlite/edge/prepare-edge.ts'
import { openSqliteTokenReader, openSqliteTokenStore } from '../../../infra/sqlite/edge/sqlite-token-store.ts'
import { storedToken, tokenStoreContract } from '../../contract/token-store.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'somabrain-edge-'))
test.after.always(() => rmSync(folder, { recursive: true }))

let files = 0
tokenStoreContract(test, async () => {
  const file = join(folder, `${files++}`, 'edge.db')
  prepareEdge(file)
  return openSqliteTokenStore(file)
})

test('what an operator writes, a server that has the file open sees at once', async (t) => {
  const file = join(temporaryFolder(t), 'edge.db')
  prepareEdge(file)
  const reader = openSqliteTokenReader(file)
  const store = openSqliteTokenStore(file)
  const token = storedToken()
  t.is(await reader.find(token.hash), null)
  await store.add(token)
  t.is((await reader.find(token.hash))?.id, token.id)
  await store.revoke(token.id, 1)
  t.is((await reader.find(token.hash))?.revokedAt, 1)
  await store.close()
  reader.close()
})

test('only its owner may read the file', (t) => {
  const file = join(temporaryFolder(t), 'data', 'edge.db')
  prepareEdge(file)
  t.is(statSync(file).mode & 0o777, 0o600)
})

test('a file that is damaged, or another program’s, is refused by name', (t) => {
  const file = join(temporaryFolder(t), 'edge.db')
  writeFileSync(file, 'x'.repeat(5000))
  t.throws(() => prepareEdge(file), { instanceOf: DamagedFileError, message: /edge\.db.*not an SQLite file.*anew/ })
})

test('a table that an earlier release did not have is made, and what is there stays', async (t) => {
  const file = join(temporaryFolder(t), 'edge.db')
  prepareEdge(file)
  const database = new DatabaseSync(file)
  database.exec('drop table api_tokens; create table kept (n integer); insert into kept values (1)')
  database.close()
  prepareEdge(file)
  const store = openSqliteTokenStore(file)
  t.deepEqual(await store.list(null), [])
  await store.close()
  const again = new DatabaseSync(file)
  t.is(again.prepare('select n from kept').get()?.n, 1)
  again.close()
})
