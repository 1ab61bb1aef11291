import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test from 'ava'
import { DamagedFileError } from '../../../infra/sqlite/data-dir/damaged-file-error.ts'
import { removeState } from '../../../infra/sqlite/long-term/prepare-state.ts'
import { openSqliteLongTermReader } from '../../../infra/sqlite/long-term/sqlite-long-term-reader.ts'
import { openSqliteLongTermStore } from '../../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import { openEmbeddedStores } from '../../../infra/sqlite/open-embedded-stores.ts'
import { NO_LIMIT, newRecord } from '../../contract/log-adapter.ts'
import { checkpointAt, PARTITION, remembered } from '../../contract/long-term-rows.ts'
import { FOLD_VERSION, makeGenesis, openStores, temporaryFolder } from './temporary-stores.ts'

test('a new log begins every partition with a Genesis of one generation', async (t) => {
  const stores = await openStores(temporaryFolder(t))
  t.teardown(() => stores.close())
  t.true(stores.created)
  const generation = stores.logReader.generationOf(0, 0)
  t.regex(generation ?? '', /^[0-9a-f]{16}$/)
  for (let partition = 0; partition < 12; partition++) {
    const records = await stores.logReader.read(partition, 0, NO_LIMIT)
    t.deepEqual(
      records.map(({ offset, value }) => [offset, Buffer.from(value).toString()]),
      [[0, `Genesis ${generation}`]],
    )
    t.is(stores.logReader.generationOf(partition, 0), generation)
    t.is(stores.logReader.generationOf(partition, -1), generation)
    t.is(stores.logReader.generationOf(partition, 1), null)
  }
})

test('opening again keeps the generation, two logs have different ones', async (t) => {
  const folder = temporaryFolder(t)
  const first = await openStores(folder)
  const generation = first.logReader.generationOf(0, 0)
  await first.close()
  const again = await openStores(folder)
  t.false(again.created)
  t.is(again.logReader.generationOf(0, 0), generation)
  const [result] = await again.logWriter.append([newRecord(0, 'x')])
  t.is(result?.status === 'appended' ? result.generation : null, generation)
  await again.close()
  const other = await openStores(temporaryFolder(t))
  t.not(other.logReader.generationOf(0, 0), generation)
  await other.close()
})

test('a deleted state.db is made anew and empty', async (t) => {
  const folder = temporaryFolder(t)
  const stores = await openStores(folder)
  t.is(stores.state.status, 'created')
  const store = openSqliteLongTermStore(stores.files.state)
  const none = await store.checkpoint(PARTITION)
  await store.move(PARTITION, none, checkpointAt(none, 0), remembered([0]))
  store.close()
  await stores.close()

  const kept = await openStores(folder)
  t.is(kept.state.status, 'ready')
  const reader = openSqliteLongTermReader(kept.files.state)
  t.is((await reader.checkpoint(PARTITION)).offset, 0)
  reader.close()
  await kept.close()

  removeState(stores.files.state)
  t.false(existsSync(stores.files.state))
  const anew = await openStores(folder)
  t.teardown(() => anew.close())
  t.is(anew.state.status, 'created')
  const empty = openSqliteLongTermReader(anew.files.state)
  t.deepEqual(await empty.checkpoint(PARTITION), none)
  empty.close()
})

test('a state.db of another fold version or table version is removed and reported', async (t) => {
  const folder = temporaryFolder(t)
  const stores = await openStores(folder)
  await stores.close()
  const nextFold = await openEmbeddedStores({ path: folder, makeGenesis, foldVersion: FOLD_VERSION + 1 })
  t.deepEqual(nextFold.state, { status: 'other-version', found: `fold ${FOLD_VERSION}` })
  const reader = openSqliteLongTermReader(nextFold.files.state)
  t.is((await reader.checkpoint(0)).foldVersion, FOLD_VERSION + 1)
  reader.close()
  await nextFold.close()

  const database = new DatabaseSync(stores.files.state)
  database.exec('pragma user_version = 42')
  database.close()
  const otherTables = await openEmbeddedStores({ path: folder, makeGenesis, foldVersion: FOLD_VERSION + 1 })
  t.teardown(() => otherTables.close())
  t.deepEqual(otherTables.state, { status: 'other-version', found: 'tables 42' })
})

for (const missing of ['log', 'keys'] as const) {
  test(`a used data directory without ${missing}.db is refused instead of begun anew`, async (t) => {
    const folder = temporaryFolder(t)
    const stores = await openStores(folder)
    await stores.logWriter.append([newRecord(0, 'x')])
    await stores.keyStore.addIndexKey('acme', Buffer.from('wrapped'))
    await stores.close()
    rmSync(stores.files[missing])
    for (let attempt = 0; attempt < 2; attempt++) {
      const error = await t.throwsAsync(openStores(folder), { instanceOf: DamagedFileError, message: /is missing/ })
      t.is(error?.file, stores.files[missing])
      t.false(existsSync(stores.files[missing]), 'a new file in its place would hide the loss')
    }
  })
}

test('a data directory whose making was interrupted is made to the end', async (t) => {
  const folder = temporaryFolder(t)
  const stores = await openStores(folder)
  await stores.close()
  // Killed after keys.db was there and while log.db was being built.
  rmSync(stores.files.log)
  new DatabaseSync(`${stores.files.log}.new`).close()
  const again = await openStores(folder)
  t.teardown(() => again.close())
  t.true(again.created)
  t.is(await again.logReader.end(11), 1)
  t.false(existsSync(join(folder, 'log.db.new')))
})
