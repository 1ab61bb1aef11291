import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test, { type ExecutionContext } from 'ava'
import { DirectoryUnusableError } from '../../../infra/sqlite/data-dir/directory-unusable-error.ts'
import { SQLITE_FULL, sqliteCode } from '../../../infra/sqlite/data-dir/sqlite-error.ts'
import { recordAppender } from '../../../infra/sqlite/log/append-records.ts'
import { createLog } from '../../../infra/sqlite/log/create-log.ts'
import { packRecords } from '../../../infra/sqlite/log/pack-records.ts'
import { openSqliteLongTermStore } from '../../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import type { EmbeddedStores } from '../../../infra/sqlite/open-embedded-stores.ts'
import { durableTransaction } from '../../../infra/sqlite/writer/durable-transaction.ts'
import { newRecord, textsFrom } from '../../contract/log-adapter.ts'
import { checkpointAt, PARTITION, remembered } from '../../contract/long-term-rows.ts'
import { mountSmallFileSystem } from './small-file-system.ts'
import { makeGenesis, openStores, temporaryFolder } from './temporary-stores.ts'

const BATCH = 100

const probe = mountSmallFileSystem(1)
if (typeof probe === 'string') console.log(`# no small file system can be mounted here: ${probe}`)
else probe.remove()
const onRealDisk = typeof probe === 'string' ? test.skip : test

/** A data directory on a file system of 12 MiB, of which half can be given back. */
async function openOnSmallDisk(t: ExecutionContext) {
  const disk = mountSmallFileSystem(12)
  if (typeof disk === 'string') throw new Error(disk)
  const filler = join(disk.path, 'filler')
  writeFileSync(filler, Buffer.alloc(6 << 20))
  const folder = join(disk.path, 'data')
  const opened: EmbeddedStores[] = []
  t.teardown(async () => {
    for (const stores of opened) await stores.close()
    disk.remove()
  })
  const open = async () => {
    const stores = await openStores(folder)
    opened.push(stores)
    return stores
  }
  return { open, giveSpaceBack: () => rmSync(filler) }
}

const batchOf = (n: number) => Array.from({ length: BATCH }, (_, i) => newRecord(0, `${n}-${i} ${'x'.repeat(1_400)}`))

/** Appends until the disk is full; returns how many batches went in. Fails when a batch goes in partly. */
async function fill(t: ExecutionContext, stores: EmbeddedStores): Promise<number> {
  for (let n = 0; n < 200; n++) {
    const results = await stores.logWriter.append(batchOf(n))
    const statuses = new Set(results.map(({ status }) => status))
    t.is(statuses.size, 1)
    if (statuses.has('appended')) continue
    t.deepEqual(statuses, new Set(['not-written']))
    return n
  }
  throw new Error('the disk never filled up')
}

onRealDisk('on a full disk nothing is half-written, and writing goes on once there is space', async (t) => {
  const { open, giveSpaceBack } = await openOnSmallDisk(t)
  const stores = await open()
  const written = await fill(t, stores)
  t.true(written > 5)
  const again = await stores.logWriter.append(batchOf(written))
  t.deepEqual(new Set(again.map(({ status }) => status)), new Set(['not-written']))
  const expected = Array.from({ length: written }, (_, n) => batchOf(n).map(({ value }) => String(value))).flat()
  t.deepEqual(await textsFrom(stores.logReader, 0, 1), expected)

  giveSpaceBack()
  const [result] = await stores.logWriter.append([newRecord(0, 'space again')])
  t.is(result?.status === 'appended' ? result.offset : null, expected.length + 1)
  await stores.close()
  const reopened = await open()
  t.deepEqual(await textsFrom(reopened.logReader, 0, 1), [...expected, 'space again'])
})

onRealDisk(
  'a start on a full disk is refused with the folder and the reason, and succeeds once there is space',
  async (t) => {
    const disk = mountSmallFileSystem(1)
    if (typeof disk === 'string') throw new Error(disk)
    t.teardown(() => disk.remove())
    const filler = join(disk.path, 'filler')
    t.throws(() => writeFileSync(filler, Buffer.alloc(2 << 20)), { code: 'ENOSPC' })
    const folder = join(disk.path, 'data')
    const error = await t.throwsAsync(openStores(folder), { instanceOf: DirectoryUnusableError })
    t.is(error?.directory, folder)
    t.regex(error?.message ?? '', /full|space/)
    rmSync(filler)
    const stores = await openStores(folder)
    await stores.close()
  },
)

onRealDisk('a key that does not fit on the disk is not there, and fits once there is space', async (t) => {
  const { open, giveSpaceBack } = await openOnSmallDisk(t)
  const stores = await open()
  await fill(t, stores)
  const keys: string[] = []
  const add = (n: number) => {
    const keyId = n.toString(16).padStart(32, '0')
    return stores.keyStore.addKey({ keyId, slot: `slot ${n}`, generation: 1, wrapped: new Uint8Array(50_000) })
  }
  const failed = await t.throwsAsync(async () => {
    for (let n = 0; n < 200; n++) {
      keys.push((await add(n)).keyId)
    }
  })
  t.regex(failed?.message ?? '', /full/)
  t.is(await stores.keyStore.currentKey(`slot ${keys.length}`), null)
  giveSpaceBack()
  t.truthy(await add(keys.length))
  t.is((await stores.keyStore.currentKey(`slot ${keys.length}`))?.generation, 1)
})

onRealDisk('a move that does not fit on the disk leaves long-term memory as it was', async (t) => {
  const { open, giveSpaceBack } = await openOnSmallDisk(t)
  const stores = await open()
  const store = openSqliteLongTermStore(stores.files.state)
  t.teardown(() => store.close())
  const moveOn = async () => {
    const from = await store.checkpoint(PARTITION)
    const offsets = Array.from({ length: 500 }, (_, i) => from.offset + 1 + i)
    return store.move(PARTITION, from, checkpointAt(from, from.offset + 500), remembered(offsets))
  }
  let moved = 0
  await t.throwsAsync(
    async () => {
      for (; moved < 100; moved++) await moveOn()
    },
    { message: /full/ },
  )
  t.is((await store.checkpoint(PARTITION)).offset, moved * 500 - 1)
  t.is(store.counts().memories, moved * 500)
  giveSpaceBack()
  t.deepEqual(await moveOn(), { outcome: 'moved' })
  t.is(store.counts().memories, (moved + 1) * 500)
})

test('a log that may not grow rolls an append back whole', (t) => {
  const file = join(temporaryFolder(t), 'log.db')
  createLog(file, makeGenesis)
  const database = new DatabaseSync(file)
  t.teardown(() => database.close())
  database.exec(`pragma max_page_count = ${Number(database.prepare('pragma page_count').get()?.page_count) + 20}`)
  const appender = recordAppender(database)
  const append = (count: number) =>
    durableTransaction(database, () => appender.append(packRecords(batchOf(0).slice(0, count))))

  t.is(append(10).status, 'committed')
  const refused = append(BATCH)
  t.is(refused.status, 'rolled-back')
  t.is('error' in refused ? sqliteCode(refused.error) : null, SQLITE_FULL)
  appender.reload()
  t.deepEqual({ ...database.prepare('select count(*) as n from partition_0').get() }, { n: 11 })
  const next = append(1)
  t.is(next.status === 'committed' ? next.result[0] : null, 11)
})
