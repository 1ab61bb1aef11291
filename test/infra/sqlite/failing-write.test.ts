import { execFileSync } from 'node:child_process'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { durableTransaction } from '../../../infra/sqlite/writer/durable-transaction.ts'
import { newRecord, textsFrom } from '../../contract/log-adapter.ts'
import { openStores, temporaryFolder } from './temporary-stores.ts'

const CHILD = fileURLToPath(new URL('./append-until-refused.ts', import.meta.url))

/** Blocks of 512 bytes (POSIX): no file of the child may grow beyond 1 MB. Writes beyond it fail with EFBIG. */
const FILE_LIMIT = 2_000

test('when the file system fails a commit, the append is unknown, the thread comes back, and nothing acknowledged is lost', async (t) => {
  const folder = temporaryFolder(t)
  const command = `ulimit -f ${FILE_LIMIT} && exec "$0" --disable-warning=ExperimentalWarning "$1" "$2"`
  const printed = execFileSync('sh', ['-c', command, process.execPath, CHILD, folder], { timeout: 60_000 })
  const statuses: readonly string[] = JSON.parse(printed.toString())
  t.deepEqual(new Set(statuses), new Set(['appended', 'unknown']))
  const acknowledged = statuses.flatMap((status, batch) => (status === 'appended' ? [batch] : []))
  t.true(acknowledged.length > 5)

  const stores = await openStores(folder)
  t.teardown(() => stores.close())
  const texts = await textsFrom(stores.logReader, 0, 1)
  const counts = new Map<number, number>()
  for (const text of texts) counts.set(Number.parseInt(text, 10), (counts.get(Number.parseInt(text, 10)) ?? 0) + 1)
  for (const batch of acknowledged) t.is(counts.get(batch), 20, `batch ${batch}`)
  // What is unknown is there whole or not at all.
  for (const count of counts.values()) t.is(count, 20)
  const [result] = await stores.logWriter.append([newRecord(0, 'goes on')])
  t.is(result?.status === 'appended' ? result.offset : null, texts.length + 1)
})

test('a transaction that fails in its commit is uncertain, one that fails before is not', (t) => {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true })
  t.teardown(() => database.close())
  database.exec(`
    create table parents (id integer primary key) strict;
    create table children (parent integer references parents (id) deferrable initially deferred) strict;
  `)
  const insert = (sql: string) => durableTransaction(database, () => database.exec(sql))
  t.is(insert('insert into children values (1)').status, 'uncertain')
  t.is(insert("insert into children values ('text')").status, 'rolled-back')
  t.is(insert('insert into parents values (1)').status, 'committed')
  t.is(insert('insert into children values (1)').status, 'committed')
  t.deepEqual({ ...database.prepare('select count(*) as n from children').get() }, { n: 1 })
})
