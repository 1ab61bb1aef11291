import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import type { AppendResult, LogWriter } from '../../../commands/ports/log-writer.ts'
import { openDataDirectory } from '../../../infra/sqlite/data-dir/data-directory.ts'
import { prepareStores } from '../../../infra/sqlite/data-dir/prepare-stores.ts'
import { openSqliteLogReader } from '../../../infra/sqlite/log/sqlite-log-reader.ts'
import { sqliteLogWriter } from '../../../infra/sqlite/log/sqlite-log-writer.ts'
import type { WriteRequest } from '../../../infra/sqlite/writer/writer-protocol.ts'
import { startWriterThread, UncertainWriteError, WriterDownError } from '../../../infra/sqlite/writer/writer-thread.ts'
import { newRecord, textsFrom } from '../../contract/log-adapter.ts'
import { FOLD_VERSION, makeGenesis, openStores, temporaryFolder } from './temporary-stores.ts'

/** A request that the thread does not know ends it, as any fault in it would. */
const UNKNOWN_REQUEST = { op: 'no such request' } as unknown as WriteRequest

const statuses = (results: readonly AppendResult[]) => results.map(({ status }) => status)

/** Appends until the writer takes it; the deadline is the test runner's. */
async function appendedAtLast(writer: LogWriter, text: string): Promise<AppendResult> {
  for (;;) {
    const [result] = await writer.append([newRecord(0, text)])
    if (result?.status !== 'not-written') return result!
    await setImmediate()
  }
}

test('when the thread ends, what was sent is unknown, what follows is not written until it is back', async (t) => {
  const { files, close } = openDataDirectory(temporaryFolder(t))
  const { spans } = prepareStores(files, makeGenesis, FOLD_VERSION)
  const thread = await startWriterThread(files)
  const writer = sqliteLogWriter(thread, spans)
  const reader = openSqliteLogReader(files.log)
  t.teardown(async () => {
    reader.close()
    await thread.close()
    close()
  })
  t.deepEqual(statuses(await writer.append([newRecord(0, 'before')])), ['appended'])

  const fatal = thread.request(UNKNOWN_REQUEST)
  const sent = writer.append([newRecord(0, 'sent'), newRecord(1, 'sent')])
  await t.throwsAsync(fatal, { instanceOf: UncertainWriteError })
  t.deepEqual(statuses(await sent), ['unknown', 'unknown'])
  t.false(thread.ready())
  t.deepEqual(statuses(await writer.append([newRecord(0, 'while down')])), ['not-written'])

  const back = await appendedAtLast(writer, 'after')
  t.is(back.status, 'appended')
  t.true(thread.ready())
  t.deepEqual(await textsFrom(reader, 0, 1), ['before', 'after'])
})

test('closing waits for what was sent and refuses what follows', async (t) => {
  const folder = temporaryFolder(t)
  const stores = await openStores(folder)
  const sent = Array.from({ length: 20 }, (_, i) => stores.logWriter.append([newRecord(0, `sent ${i}`)]))
  const closed = stores.close()
  t.deepEqual(statuses(await stores.logWriter.append([newRecord(0, 'too late')])), ['not-written'])
  await closed
  const results = (await Promise.all(sent)).flat()
  t.deepEqual(new Set(statuses(results)), new Set(['appended']))
  const again = await openStores(folder)
  t.teardown(() => again.close())
  t.is(await again.logReader.end(0), 21)
})

test('an append with a record that has no partition writes none of its records', async (t) => {
  const stores = await openStores(temporaryFolder(t))
  t.teardown(() => stores.close())
  const results = await stores.logWriter.append([newRecord(0, 'good'), newRecord(12, 'nowhere')])
  t.deepEqual(statuses(results), ['not-written', 'not-written'])
  t.is(await stores.logReader.end(0), 1)
  const [next] = await stores.logWriter.append([newRecord(0, 'next')])
  t.is(next?.status === 'appended' ? next.offset : null, 1)
})

test('a thread that cannot open its files does not start', async (t) => {
  const folder = temporaryFolder(t)
  const files = { log: `${folder}/absent/log.db`, keys: `${folder}/absent/keys.db` }
  await t.throwsAsync(startWriterThread(files), { instanceOf: WriterDownError, message: /unable to open/ })
})
