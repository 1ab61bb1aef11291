import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test from 'ava'
import { timeStamp } from '../../infra/sqlite/data-dir/time-stamp.ts'
import { runVerb } from '../infra/cli/run-verb.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { keyOf, remember, STARTS_WITHIN_MS } from './backups.ts'

test('a backup that some of the keys in it were rotated for is refused, before anything is touched', async (t) => {
  t.timeout(STARTS_WITHIN_MS)
  const [dataDir, into] = [temporaryFolder(t), temporaryFolder(t)]
  const server = await startServerProcess(dataDir)
  t.teardown(() => server.kill())
  for (const user of ['ada', 'bo']) await remember(server.url, `${user} keeps bees.`, { user_id: user })
  await server.stop()
  const before = keyOf(dataDir).SOMABRAIN_MASTER_KEY
  const after = Buffer.alloc(32, 7).toString('base64')
  const rotated = { SOMABRAIN_MASTER_KEY: after, SOMABRAIN_MASTER_KEY_PREVIOUS: before }
  // As a rotation leaves it that was killed: it begins with the keys of indexes.
  const keys = new DatabaseSync(join(dataDir, 'keys.db'))
  const old = keys.prepare('select key_id, wrapped from data_keys').all()
  keys.close()
  const environment = { SOMABRAIN_DATA_DIR: dataDir }
  t.is((await runVerb({ ...environment, ...rotated }, 'rotate-master-key')).code, 0)
  const again = new DatabaseSync(join(dataDir, 'keys.db'))
  for (const { key_id, wrapped } of old) {
    again.prepare('update data_keys set wrapped = ? where key_id = ?').run(wrapped as Uint8Array, key_id as string)
  }
  again.close()
  const folder = (await runVerb({ ...environment, ...rotated }, 'backup', 'create', into)).printed.split('\n')[0]!
  const names = readdirSync(dataDir).sort()
  const refused = await runVerb({ ...environment, SOMABRAIN_MASTER_KEY: after }, 'backup', 'restore', folder, '--yes')
  t.is(refused.code, 1)
  t.regex(refused.printed, /wrapped by another master key/)
  t.deepEqual(readdirSync(dataDir).sort(), names)
  const restored = await runVerb({ ...environment, ...rotated }, 'backup', 'restore', folder, '--yes')
  t.is(restored.code, 0, restored.printed)
})

test('a store that is damaged gives no backup, and takes no older one away', async (t) => {
  t.timeout(STARTS_WITHIN_MS)
  const [dataDir, into] = [temporaryFolder(t), temporaryFolder(t)]
  const server = await startServerProcess(dataDir)
  t.teardown(() => server.kill())
  for (let n = 0; n < 300; n++) await remember(server.url, `Line ${n}. ${'And so on. '.repeat(100)}`)
  await server.stop()
  const environment = { SOMABRAIN_DATA_DIR: dataDir }
  const sound = (await runVerb(environment, 'backup', 'create', into)).printed.split('\n')[0]!
  // It was made two months ago, and is older than backups are kept.
  const old = join(into, timeStamp(Date.now() - 60 * 86_400_000))
  renameSync(sound, old)
  const noted = readFileSync(join(dataDir, 'last-backup'), 'utf8')
  const log = readFileSync(join(dataDir, 'log.db'))
  writeFileSync(
    join(dataDir, 'log.db'),
    Buffer.concat([log.subarray(0, 65_536), Buffer.alloc(65_536, 9), log.subarray(131_072)]),
  )
  const refused = await runVerb(environment, 'backup', 'create', into)
  t.is(refused.code, 1, refused.printed)
  t.regex(refused.printed, /log\.db: .*corrupt|is no backup: log\.db: /)
  t.deepEqual(readdirSync(into), [basename(old)])
  t.is(readFileSync(join(dataDir, 'last-backup'), 'utf8'), noted)

  writeFileSync(join(dataDir, 'log.db'), log)
  const made = await runVerb(environment, 'backup', 'create', into)
  t.regex(made.printed, /; 1 older than 30 d removed/)
  t.false(readdirSync(into).includes(basename(old)))
})

test('a restore without the ledger of erasures says what is there again', async (t) => {
  t.timeout(STARTS_WITHIN_MS)
  const [dataDir, into] = [temporaryFolder(t), temporaryFolder(t)]
  const server = await startServerProcess(dataDir)
  t.teardown(() => server.kill())
  await remember(server.url, 'Ada keeps bees.')
  await server.stop()
  const environment = { SOMABRAIN_DATA_DIR: dataDir }
  const folder = (await runVerb(environment, 'backup', 'create', into)).printed.split('\n')[0]!
  const fresh = { SOMABRAIN_DATA_DIR: join(temporaryFolder(t), 'data'), ...keyOf(dataDir) }
  const without = await runVerb(fresh, 'backup', 'restore', folder, '--yes')
  t.is(without.code, 0, without.printed)
  t.regex(without.printed, /NO LEDGER of erasures is at .*erasures\.ledger: what was erased after 2\S+ is there again/)
  const withIt = await runVerb(environment, 'backup', 'restore', folder, '--yes')
  t.regex(withIt.printed, /What the ledger of erasures lists is erased again/)
})
