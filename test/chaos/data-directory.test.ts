import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import type { LedgerEntry } from '../../commands/ports/erasure-ledger.ts'
import { ledgerLine } from '../../infra/erasure/ledger-line.ts'
import { eventually } from '../support/eventually.ts'
import { get, post } from '../support/http-client.ts'
import {
  type Acknowledged,
  assertNoDuplicateEffect,
  assertNoLoss,
  assertNothingHalfThere,
  storedMemories,
} from '../support/invariants.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

async function seeded(t: ExecutionContext, count = 5): Promise<{ dataDir: string; acknowledged: Acknowledged[] }> {
  const dataDir = temporaryFolder(t)
  const server = await startServerProcess(dataDir)
  const acknowledged: Acknowledged[] = []
  for (let n = 0; n < count; n++) {
    const content = `seeded memory ${n}`
    const { body } = await post(`${server.url}/remember`, { content }, { prefer: 'wait=10' })
    acknowledged.push({ memoryId: String(body.memory_id), content })
  }
  t.is(await server.stop(), 0)
  return { dataDir, acknowledged }
}

const refusal = async (dataDir: string, environment: Record<string, string> = {}): Promise<string> => {
  try {
    const server = await startServerProcess(dataDir, environment)
    await server.stop()
    return 'it started'
  } catch (error) {
    return (error as Error).message
  }
}

test.serial('a state.db that is deleted costs a fold of the log, nothing else', async (t) => {
  const { dataDir, acknowledged } = await seeded(t)
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataDir, `state.db${suffix}`), { force: true })
  const server = await startServerProcess(dataDir)
  const stored = await storedMemories(server.url, 'default')
  assertNoLoss(t, acknowledged, stored)
  t.is(stored.size, acknowledged.length)
  await server.stop()
})

const erasureOfZoe: LedgerEntry = {
  receiptId: '019aa000-0000-7000-8000-000000000001',
  tenant: 'default',
  recordedAt: Date.UTC(2026, 10, 22),
  principal: 'tester',
  namespaces: [{ namespace: 'default', keyId: 'zoe', requestHmac: '00', keyIds: ['5eed'] }],
}

const damages: ReadonlyArray<readonly [string, string, (file: string) => void, RegExp]> = [
  ['a log that is no database', 'log.db', (file) => writeFileSync(file, 'garbage'.repeat(500)), /restore|backup/i],
  ['a log that was cut short', 'log.db', (file) => truncateSync(file, 5000), /restore|backup/i],
  ['keys that are no database', 'keys.db', (file) => writeFileSync(file, 'garbage'.repeat(500)), /restore|backup/i],
  ['keys that are gone', 'keys.db', (file) => rmSync(file), /restore|backup/i],
  [
    'derived state that is no database',
    'state.db',
    (file) => writeFileSync(file, 'garbage'.repeat(500)),
    /delete state\.db/i,
  ],
  [
    'tokens that are no database',
    'edge.db',
    (file) => writeFileSync(file, 'garbage'.repeat(500)),
    /backup, or create the API tokens anew/i,
  ],
  ['tokens that were cut short', 'edge.db', (file) => truncateSync(file, 5000), /restore|backup/i],
  [
    'a log of the audit that is no database',
    'audit-log.db',
    (file) => writeFileSync(file, 'garbage'.repeat(500)),
    /restore|backup/i,
  ],
  ['a log of the audit that was cut short', 'audit-log.db', (file) => truncateSync(file, 5000), /restore|backup/i],
  [
    'a ledger of erasures that is none',
    'erasures.ledger',
    (file) => writeFileSync(file, randomBytes(400)),
    /line \d+.*restore it from a copy/i,
  ],
  [
    'a ledger of erasures that names another key',
    'erasures.ledger',
    (file) => writeFileSync(file, `${ledgerLine(erasureOfZoe)}\n`.replace('5eed', '5eee')),
    /line 1.*restore it from a copy/i,
  ],
  ['a signing key that is none', 'signing.key', (file) => writeFileSync(file, 'garbage'), /expected an Ed25519/],
  ['a master key that is gone', 'master.key', (file) => rmSync(file), /put your copy/i],
  [
    'a master key that is another one',
    'master.key',
    (file) => writeFileSync(file, Buffer.alloc(32, 1).toString('base64')),
    /another master key/i,
  ],
]

for (const [what, name, damage, remedy] of damages) {
  test.serial(`the server does not start over ${what}: it names ${name} and what to do`, async (t) => {
    const { dataDir } = await seeded(t, 1)
    for (const suffix of ['-wal', '-shm']) rmSync(join(dataDir, `${name}${suffix}`), { force: true })
    damage(join(dataDir, name))
    const message = await refusal(dataDir)
    t.regex(message, /ended with code 1: SomaBrain cannot start/)
    t.true(message.includes(join(dataDir, name)), message)
    t.regex(message, remedy)
    t.notRegex(message, /\n\s+at /)
  })
}

const BACKED_UP = ['log.db', 'keys.db', 'audit-log.db', 'edge.db']

/** Runs `npm run rebuild`'s command; resolves to what it printed. Rejects unless it ends with code 0. */
async function rebuilt(dataDir: string): Promise<string> {
  const environment = { ...process.env, SOMABRAIN_DATA_DIR: dataDir }
  const script = fileURLToPath(new URL('../../scripts/somabrain.ts', import.meta.url))
  return (await promisify(execFile)(process.execPath, [script, 'rebuild'], { env: environment })).stdout
}

test.serial(
  'the server does not start over an older log until the state is folded from it, and writes then',
  async (t) => {
    const { dataDir, acknowledged } = await seeded(t, 1)
    const backup = temporaryFolder(t)
    for (const name of BACKED_UP) copyFileSync(join(dataDir, name), join(backup, name))
    const newer = await startServerProcess(dataDir)
    for (const n of [1, 2, 3]) await post(`${newer.url}/remember`, { content: `later ${n}` }, { prefer: 'wait=10' })
    await newer.stop()
    for (const name of BACKED_UP) copyFileSync(join(backup, name), join(dataDir, name))

    const message = await refusal(dataDir)
    for (const file of ['state.db', 'log.db']) t.true(message.includes(join(dataDir, file)), message)
    t.regex(message, /newer log\.db.*npm run rebuild/)
    t.notRegex(message, /\n\s+at /)

    t.regex(
      await rebuilt(dataDir),
      /before {2}the state was folded from another log: partition \d+: .*\nafter {3}[0-9a-f]{64}/,
    )
    const server = await startServerProcess(dataDir)
    const content = 'written to the older log'
    const { body } = await post(`${server.url}/remember`, { content }, { prefer: 'wait=10' })
    acknowledged.push({ memoryId: String(body.memory_id), content })
    const stored = await storedMemories(server.url, 'default')
    assertNoLoss(t, acknowledged, stored)
    t.is(stored.size, acknowledged.length)
    t.is((await get(`${server.url}/health`)).status, 200)
    t.notRegex(server.output(), /is not what was chained/)
    await server.stop()
  },
)

test.serial('a second server does not start over a data directory that is in use', async (t) => {
  const dataDir = temporaryFolder(t)
  const server = await startServerProcess(dataDir)
  const message = await refusal(dataDir)
  t.true(message.includes(dataDir) && message.includes(String(server.child.pid)), message)
  t.is((await get(`${server.url}/live`)).status, 200)
  await server.stop()
})

/** Answers that were refused because a data key is missing, as an alert sees them. */
async function keysMissing(url: string): Promise<string | undefined> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return /^somabrain_data_key_missing_total (\d+)$/m.exec(metrics)?.[1]
}

test.serial('a missing data key closes its namespace with an alarm until it is back, and no other', async (t) => {
  const { dataDir } = await seeded(t)
  const first = await startServerProcess(dataDir)
  await post(`${first.url}/remember`, { content: 'elsewhere', namespace: 'other' }, { prefer: 'wait=10' })
  await first.stop()

  const keys = new DatabaseSync(join(dataDir, 'keys.db'))
  keys.exec('create table kept as select rowid as kept_rowid, * from data_keys order by rowid limit 1')
  keys.exec('delete from data_keys where rowid in (select kept_rowid from kept)')
  keys.close()
  const server = await startServerProcess(dataDir)
  t.is(await keysMissing(server.url), '0')
  for (const path of ['/recall', '/plan']) {
    const answer = await post(`${server.url}${path}`, path === '/plan' ? { goal: 'seeded' } : { query: 'seeded' })
    t.is(answer.status, 503, path)
    t.is(answer.body.code, 'key_missing')
  }
  t.is((await get(`${server.url}/working-memory?namespace=default`)).body.code, 'key_missing')
  t.is((await post(`${server.url}/recall`, { query: 'elsewhere', namespace: 'other' })).status, 200)
  // One for each refusal. The log has at least the first: it says once a second that it is so.
  await eventually(async () => assert.equal(await keysMissing(server.url), '3'))
  await eventually(() => assert.match(server.output(), /"level":50,.*"code":"key_missing"/))
  await server.stop()

  const back = new DatabaseSync(join(dataDir, 'keys.db'))
  const columns = back
    .prepare('select name from pragma_table_info(?)')
    .all('data_keys')
    .map(({ name }) => String(name))
    .join(', ')
  back.exec(`insert into data_keys (rowid, ${columns}) select kept_rowid, ${columns} from kept; drop table kept`)
  back.close()
  const healed = await startServerProcess(dataDir)
  const { status, body } = await post(`${healed.url}/recall`, { query: 'seeded memory' })
  t.is(status, 200)
  t.is((body.results as unknown[]).length, 5)
  await healed.stop()
})

const isRoot = process.getuid?.() === 0
const onFullDisk = isRoot && process.platform === 'linux' ? test.serial : test.serial.skip

onFullDisk(
  'a full disk answers 503, leaves nothing half-written, and writing goes on when there is space',
  async (t) => {
    const folder = temporaryFolder(t)
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk])
    t.teardown(() => execFileSync('umount', [disk]))
    const server = await startServerProcess(join(disk, 'data'))
    const acknowledged: Acknowledged[] = []
    const asked = new Set<string>()
    const write = async (n: number) => {
      const content = `${n} ${'x'.repeat(20_000)}`
      asked.add(content)
      const answer = await post(`${server.url}/remember`, { content })
      if (answer.status === 202) acknowledged.push({ memoryId: String(answer.body.memory_id), content })
      return answer
    }
    let refused = 0
    for (let n = 0; n < 2000 && refused < 20; n++) {
      const answer = await write(n)
      if (answer.status === 202) continue
      refused += 1
      t.is(answer.status, 503)
      t.is(answer.body.code, 'log_unavailable')
      t.truthy(answer.headers.get('retry-after'))
    }
    t.is(refused, 20)
    t.is((await get(`${server.url}/health`)).status, 503)
    execFileSync('mount', ['-o', 'remount,size=64m', disk])
    const after = await write(10_000)
    t.is(after.status, 202)
    await server.kill()

    renameSync(join(disk, 'data'), join(disk, 'moved'))
    const again = await startServerProcess(join(disk, 'moved'))
    const stored = await storedMemories(again.url, 'default')
    assertNoLoss(t, acknowledged, stored)
    assertNoDuplicateEffect(t, stored)
    assertNothingHalfThere(t, asked, stored)
    t.is((await get(`${again.url}/health`)).status, 200)
    await again.stop()
  },
)
