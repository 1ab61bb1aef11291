import { copyFileSync, mkdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { openForWriting } from '../../../infra/sqlite/data-dir/open-database.ts'
import { newRecord, textsFrom } from '../../contract/log-adapter.ts'
import { openStores, temporaryFolder } from './temporary-stores.ts'
import { walCommits } from './wal-commits.ts'

test('an append of any size is one transaction', async (t) => {
  const stores = await openStores(temporaryFolder(t))
  t.teardown(() => stores.close())
  const wal = `${stores.files.log}-wal`
  for (const [i, size] of [1, 10, 500].entries()) {
    await stores.logWriter.append(Array.from({ length: size }, (_, n) => newRecord(n % 12, `record ${n}`)))
    t.is(walCommits(wal).length, i + 1)
  }
})

test('keys that are added together share few transactions', async (t) => {
  const stores = await openStores(temporaryFolder(t))
  t.teardown(() => stores.close())
  const entries = Array.from({ length: 100 }, (_, i) => ({
    keyId: i.toString(16).padStart(32, '0'),
    slot: `slot ${i}`,
    generation: 1,
    wrapped: Buffer.from('wrapped'),
  }))
  await Promise.all(entries.map((entry) => stores.keyStore.addKey(entry)))
  const commits = walCommits(`${stores.files.keys}-wal`).length
  t.true(commits >= 1 && commits <= 2, `${commits} commits`)
})

test('each commit of the log is synced before it is answered', (t) => {
  const folder = temporaryFolder(t)
  const database = openForWriting(join(folder, 'any.db'), {
    synchronous: 'full',
    checkpointBytes: 1 << 20,
    cacheBytes: 1 << 20,
  })
  t.deepEqual({ ...database.prepare('pragma synchronous').get() }, { synchronous: 2 })
  t.deepEqual({ ...database.prepare('pragma journal_mode').get() }, { journal_mode: 'wal' })
  database.close()
})

test('of a write-ahead log that ends within a transaction, all before that transaction is there', async (t) => {
  const folder = temporaryFolder(t)
  const stores = await openStores(join(folder, 'running'))
  t.teardown(() => stores.close())
  const appends = [1, 2, 3].map((n) => Array.from({ length: 20 }, (_, i) => newRecord(i % 12, `append ${n}: ${i}`)))
  for (const records of appends) await stores.logWriter.append(records)
  const ends = walCommits(`${stores.files.log}-wal`)
  t.is(ends.length, 3)

  const copy = join(folder, 'copy')
  mkdirSync(copy)
  for (const name of ['log.db', 'log.db-wal', 'keys.db', 'state.db']) {
    copyFileSync(join(folder, 'running', name), join(copy, name))
  }
  truncateSync(join(copy, 'log.db-wal'), ends[2]! - 100)
  const after = await openStores(copy)
  t.teardown(() => after.close())
  const kept = appends.slice(0, 2).flat()
  for (let partition = 0; partition < 12; partition++) {
    const expected = kept.filter((record) => record.partition === partition).map(({ value }) => String(value))
    t.deepEqual(await textsFrom(after.logReader, partition, 1), expected)
  }
  const [result] = await after.logWriter.append([newRecord(0, 'goes on')])
  t.is(result?.status, 'appended')
})
