import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test from 'ava'
import { send } from '../../support/http-client.ts'
import { startServerProcess } from '../../support/server-process.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { runVerb } from '../cli/run-verb.ts'
import { filesHolding } from '../erasure/search-files.ts'

const key = (): string => randomBytes(32).toString('base64')

const remember = (url: string, content: string, user: string) =>
  send('POST', `${url}/remember`, { content, user_id: user }, { prefer: 'wait=5' })

async function contents(url: string): Promise<readonly string[]> {
  const { body } = await send('GET', `${url}/memories?limit=100`)
  return (body.items as Array<{ content: string }>).map(({ content }) => content).sort()
}

const wrappedBytes = (folder: string): Uint8Array[] => {
  const database = new DatabaseSync(join(folder, 'keys.db'), { readOnly: true })
  const rows = database.prepare('select wrapped from data_keys union all select wrapped from index_keys').all()
  database.close()
  return rows.map(({ wrapped }) => wrapped as Uint8Array)
}

test('a master key is rotated while the server writes and reads, and then the old one can go', async (t) => {
  const folder = temporaryFolder(t)
  const [old, fresh] = [key(), key()]
  const first = await startServerProcess(folder, { SOMABRAIN_MASTER_KEY: old })
  await remember(first.url, 'of ada', 'ada')
  await remember(first.url, 'of bob', 'bob')
  await first.stop()
  const before = wrappedBytes(folder)

  const both = { SOMABRAIN_MASTER_KEY: fresh, SOMABRAIN_MASTER_KEY_PREVIOUS: old }
  const second = await startServerProcess(folder, both)
  const writing = Array.from({ length: 20 }, (_, i) => remember(second.url, `of user ${i}`, `user-${i}`))
  const { code, printed } = await runVerb({ ...both, SOMABRAIN_DATA_DIR: folder }, 'rotate-master-key')
  t.is(code, 0, printed)
  t.regex(printed, /wrapped anew: [23] data keys and 1 index keys/)
  for (const { status } of await Promise.all(writing)) t.is(status, 201)
  t.is((await contents(second.url)).length, 22)
  await second.stop()

  t.deepEqual(filesHolding(folder, before), [], 'nothing that the old key had wrapped is left')
  const third = await startServerProcess(folder, { SOMABRAIN_MASTER_KEY: fresh })
  t.is((await contents(third.url)).length, 22)
  await remember(third.url, 'afterwards', 'ada')
  t.true((await contents(third.url)).includes('afterwards'))
  await third.stop()
  const again = await runVerb({ ...both, SOMABRAIN_DATA_DIR: folder }, 'rotate-master-key')
  t.regex(again.printed, /wrapped anew: 0 data keys and 0 index keys/)
})

test('a rotation without the key that wrapped, or without any, says so and changes nothing', async (t) => {
  const folder = temporaryFolder(t)
  const server = await startServerProcess(folder, { SOMABRAIN_MASTER_KEY: key() })
  await remember(server.url, 'of ada', 'ada')
  await server.stop()
  const before = wrappedBytes(folder).map((bytes) => Buffer.from(bytes).toString('hex'))
  const wrong = { SOMABRAIN_DATA_DIR: folder, SOMABRAIN_MASTER_KEY: key(), SOMABRAIN_MASTER_KEY_PREVIOUS: key() }
  const refused = await runVerb(wrong, 'rotate-master-key')
  t.not(refused.code, 0)
  t.regex(refused.printed, /another master key than those in SOMABRAIN_MASTER_KEY and SOMABRAIN_MASTER_KEY_PREVIOUS/)
  t.deepEqual(
    wrappedBytes(folder).map((bytes) => Buffer.from(bytes).toString('hex')),
    before,
  )
  const none = await runVerb({ SOMABRAIN_DATA_DIR: folder }, 'rotate-master-key')
  t.is(none.code, 2)
  t.regex(none.printed, /SOMABRAIN_MASTER_KEY_PREVIOUS/)
  const alone = await runVerb({ SOMABRAIN_DATA_DIR: folder, SOMABRAIN_MASTER_KEY_PREVIOUS: key() }, 'rotate-master-key')
  t.regex(alone.printed, /SOMABRAIN_MASTER_KEY is not set/)
})
