import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { openDataDirectory } from '../../../infra/sqlite/data-dir/data-directory.ts'
import { prepareStores } from '../../../infra/sqlite/data-dir/prepare-stores.ts'
import { openSqliteKeyStore } from '../../../infra/sqlite/keys/sqlite-key-store.ts'
import { startWriterThread } from '../../../infra/sqlite/writer/writer-thread.ts'
import { testKeyStore } from '../../contract/key-store.ts'
import { FOLD_VERSION, makeGenesis, openStores, temporaryFolder } from './temporary-stores.ts'

const folder = mkdtempSync(join(tmpdir(), 'somabrain-test-'))
let places = 0

testKeyStore({
  name: 'SQLite keys',
  newPlace: () => join(folder, String(++places)),
  async open(place) {
    const directory = openDataDirectory(place)
    prepareStores(directory.files, makeGenesis, FOLD_VERSION)
    const thread = await startWriterThread(directory.files)
    const one = openSqliteKeyStore(thread, directory.files.keys)
    const two = openSqliteKeyStore(thread, directory.files.keys)
    const close = async () => {
      one.close()
      two.close()
      await thread.close()
      directory.close()
    }
    return { edges: [one, two], close }
  },
})

test.after.always(() => rmSync(folder, { recursive: true, force: true }))

test('a destroyed key is a mark, never an absence, and stays destroyed', async (t) => {
  const stores = await openStores(temporaryFolder(t))
  t.teardown(() => stores.close())
  const entry = { keyId: 'a'.repeat(32), slot: 'slot', generation: 1, wrapped: Buffer.from('wrapped') }
  await stores.keyStore.addKey(entry)
  await stores.keyStore.destroy([entry.keyId, 'b'.repeat(32)])
  t.deepEqual(await stores.keyStore.key(entry.keyId), { ...entry, wrapped: null })
  t.deepEqual(await stores.keyStore.addKey(entry), { ...entry, wrapped: null })
  t.deepEqual(await stores.keyStore.currentKey('slot'), { ...entry, wrapped: null })
  t.is(await stores.keyStore.key('b'.repeat(32)), null)
})
