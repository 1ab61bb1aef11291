import { closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import test, { type ExecutionContext } from 'ava'
import { checkInBackground } from '../../../infra/sqlite/data-dir/background-check.ts'
import { DamagedFileError } from '../../../infra/sqlite/data-dir/damaged-file-error.ts'
import type { StoreFiles } from '../../../infra/sqlite/data-dir/data-directory.ts'
import { DamagedRecordError } from '../../../infra/sqlite/log/damaged-record-error.ts'
import { NO_LIMIT, newRecord } from '../../contract/log-adapter.ts'
import { openStores, temporaryFolder } from './temporary-stores.ts'

const RECORDS = 2_000

/** A closed data directory whose partition 3 holds records with values that can be found in the file. */
async function closedStores(t: ExecutionContext): Promise<{ readonly folder: string; readonly files: StoreFiles }> {
  const folder = temporaryFolder(t)
  const stores = await openStores(folder)
  await stores.logWriter.append(Array.from({ length: RECORDS }, (_, i) => newRecord(3, markOf(i))))
  await stores.close()
  return { folder, files: stores.files }
}

const markOf = (i: number): string => `<record ${i}> ${'x'.repeat(300)}`

/** Flips one bit of the file where `text` stands. */
function flipBitIn(file: string, text: string): void {
  const at = readFileSync(file).indexOf(text)
  if (at < 0) throw new Error(`${text} is not in ${file}`)
  overwrite(file, at, Buffer.from([text.charCodeAt(0) ^ 1]))
}

function overwrite(file: string, at: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, bytes, 0, bytes.length, at)
  closeSync(handle)
}

function alter(file: string, sql: string): void {
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
}

const damages: ReadonlyArray<{
  readonly name: string
  readonly file: 'log' | 'keys' | 'state'
  readonly damage: (files: StoreFiles) => void
}> = [
  { name: 'an empty log', file: 'log', damage: ({ log }) => truncateSync(log, 0) },
  { name: 'a log cut within its header', file: 'log', damage: ({ log }) => truncateSync(log, 50) },
  { name: 'a log cut in half', file: 'log', damage: ({ log }) => truncateSync(log, readFileSync(log).length >> 1) },
  {
    name: 'a log that is a text file',
    file: 'log',
    damage: ({ log }) => writeFileSync(log, 'not a database '.repeat(999)),
  },
  { name: 'a log with a garbled header', file: 'log', damage: ({ log }) => overwrite(log, 0, Buffer.alloc(64, 0xa5)) },
  {
    name: 'a log with a garbled schema',
    file: 'log',
    damage: ({ log }) => overwrite(log, 100, Buffer.alloc(4_000, 0xa5)),
  },
  {
    name: 'keys in the place of the log',
    file: 'log',
    damage: (files) => writeFileSync(files.log, readFileSync(files.keys)),
  },
  { name: 'a log of a later release', file: 'log', damage: ({ log }) => alter(log, 'pragma user_version = 99') },
  { name: 'a log that lacks a partition', file: 'log', damage: ({ log }) => alter(log, 'drop table partition_5') },
  { name: 'a log that lacks a Genesis', file: 'log', damage: ({ log }) => alter(log, 'delete from partition_5') },
  { name: 'a log without generations', file: 'log', damage: ({ log }) => alter(log, 'delete from generations') },
  {
    name: 'a log whose last records have a gap',
    file: 'log',
    damage: ({ log }) => alter(log, `delete from partition_3 where record_offset = ${RECORDS - 3}`),
  },
  { name: 'a flipped bit in the last record', file: 'log', damage: ({ log }) => flipBitIn(log, markOf(RECORDS - 1)) },
  { name: 'keys that are cut', file: 'keys', damage: ({ keys }) => truncateSync(keys, 5_000) },
  {
    name: 'keys with a garbled header',
    file: 'keys',
    damage: ({ keys }) => overwrite(keys, 0, Buffer.alloc(64, 0xa5)),
  },
  { name: 'a state that is cut', file: 'state', damage: ({ state }) => truncateSync(state, 9_000) },
  {
    name: 'a state with a garbled schema',
    file: 'state',
    damage: ({ state }) => overwrite(state, 100, Buffer.alloc(4_000, 0xa5)),
  },
]

for (const { name, file, damage } of damages) {
  test(`${name} is refused at the start, by name and with what to do`, async (t) => {
    const { folder, files } = await closedStores(t)
    damage(files)
    const error = await t.throwsAsync(openStores(folder), { instanceOf: DamagedFileError })
    t.is(error?.file, files[file])
    t.true(error?.message.startsWith(`${files[file]}: `))
    t.regex(error?.remedy ?? '', file === 'state' ? /delete state\.db.*folded/ : /restore|release/)
    // The refusal let the directory go: it is the file again that is named.
    await t.throwsAsync(openStores(folder), { instanceOf: DamagedFileError })
  })
}

test('a flipped bit in the middle of the log is found when the record is read, at its offset', async (t) => {
  const { folder, files } = await closedStores(t)
  flipBitIn(files.log, markOf(800))
  const stores = await openStores(folder)
  t.teardown(() => stores.close())
  t.is((await stores.logReader.read(3, 1, { ...NO_LIMIT, records: 800 })).length, 800)
  const error = await t.throwsAsync(stores.logReader.read(3, 700, NO_LIMIT), { instanceOf: DamagedRecordError })
  t.is(error?.partition, 3)
  t.is(error?.offset, 801)
  t.is(error?.file, files.log)
})

test('a record that is missing between others is found when it is read', async (t) => {
  const { folder, files } = await closedStores(t)
  alter(files.log, 'delete from partition_3 where record_offset = 900')
  const stores = await openStores(folder)
  t.teardown(() => stores.close())
  const error = await t.throwsAsync(stores.logReader.read(3, 800, NO_LIMIT), { instanceOf: DamagedRecordError })
  t.is(error?.offset, 900)
})

test('a record that is put at another place does not verify there', async (t) => {
  const { folder, files } = await closedStores(t)
  alter(
    files.log,
    'update partition_3 set (crc, body) = (select crc, body from partition_3 where record_offset = 5) where record_offset = 900',
  )
  const stores = await openStores(folder)
  t.teardown(() => stores.close())
  const error = await t.throwsAsync(stores.logReader.read(3, 900, NO_LIMIT), { instanceOf: DamagedRecordError })
  t.is(error?.offset, 900)
})

test('the check in the background finds nothing in sound files, and names what is damaged', async (t) => {
  const { folder, files } = await closedStores(t)
  const sound = await openStores(folder)
  t.deepEqual(await checkInBackground(files).found, [])
  await sound.close()

  flipBitIn(files.log, markOf(800))
  const stores = await openStores(folder)
  t.teardown(() => stores.close())
  const found = await checkInBackground(files).found
  t.deepEqual(found === 'stopped' ? found : found.map(({ file }) => file), [files.log])
  t.regex(found === 'stopped' ? found : (found[0]?.what ?? ''), /partition 3, offset 801 does not match its checksum/)
})

test('the check in the background can be stopped', async (t) => {
  const { folder, files } = await closedStores(t)
  const stores = await openStores(folder)
  t.teardown(() => stores.close())
  const check = checkInBackground(files)
  await check.stop()
  t.is(await check.found, 'stopped')
})
