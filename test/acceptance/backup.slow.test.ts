import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { runVerb } from '../infra/cli/run-verb.ts'
import { filesHolding } from '../infra/erasure/search-files.ts'
import { eventually } from '../support/eventually.ts'
import { get, post } from '../support/http-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { keyOf, remember, STARTS_WITHIN_MS, VERBS, verb } from './backups.ts'

// Backups of a server that runs, by the verbs that an operator calls.

const WRITERS = 8
const AT_ONCE = 20
const LOOKED_AT = 500
const BATCHES = 12

/** So much that a copy takes many steps, between which others commit. */
async function fill(t: ExecutionContext, url: string): Promise<void> {
  for (let batch = 0; batch < BATCHES; batch++) {
    const items = Array.from({ length: 1_000 }, (_, n) => ({
      content: `Line ${n} of ${batch}. ${'And so on. '.repeat(60)}`,
    }))
    const { body } = await post(`${url}/remember/batch`, { items })
    t.is(body.accepted, items.length, JSON.stringify(body).slice(0, 500))
  }
}

/** Writes without a stop, over several connections, so much that the audit is anchored all the time. `acknowledged`: ids, by their answers. */
function writeOn(url: string): { readonly acknowledged: readonly string[]; stop(): Promise<void> } {
  const acknowledged: string[] = []
  let isStopped = false
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; !isStopped; n++) {
      const items = Array.from({ length: AT_ONCE }, (_, item) => ({
        content: `Writer ${writer} wrote line ${n}, ${item}.`,
        user_id: `user-${n % 50}`,
      }))
      const { status, body } = await post(`${url}/remember/batch`, { items })
      const results = body.results as ReadonlyArray<{ readonly memory_id?: string }>
      if (status === 200) for (const { memory_id } of results) if (memory_id !== undefined) acknowledged.push(memory_id)
    }
  }
  const writers = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
  return {
    acknowledged,
    async stop() {
      isStopped = true
      await writers
    },
  }
}

/** Stops what runs, restores, and starts a server over what was restored. */
async function restored(t: ExecutionContext, dataDir: string, backup: string): Promise<ServerProcess> {
  t.regex(await verb(dataDir, 'backup', 'restore', backup, '--yes'), /restored: [\d,]+ records folded/)
  // Folded before the server starts, which would do it, too, while callers wait.
  t.true(existsSync(join(dataDir, 'state.db')))
  const server = await startServerProcess(dataDir)
  t.teardown(() => server.kill())
  return server
}

/** A trial restores keys into a folder for temporary files: it is gone afterwards, and when the trial is told to end. */
async function assertNothingStays(t: ExecutionContext, dataDir: string, backup: string): Promise<void> {
  for (const isEnded of [false, true]) {
    const TMPDIR = temporaryFolder(t)
    const trials = () => readdirSync(TMPDIR).filter((name) => name.startsWith('somabrain-restore-'))
    const env = { ...process.env, SOMABRAIN_DATA_DIR: dataDir, TMPDIR }
    const argv = ['--disable-warning=ExperimentalWarning', VERBS, 'backup', 'test', backup]
    const child = spawn(process.execPath, argv, { env, stdio: 'ignore' })
    const ended = once(child, 'exit')
    await eventually(() => {
      if (trials().length === 0) throw new Error('nothing is restored yet')
    })
    if (isEnded) child.kill('SIGTERM')
    const [code, signal] = await ended
    t.deepEqual([code, signal], isEnded ? [null, 'SIGTERM'] : [0, null])
    t.deepEqual(trials(), [])
  }
}

const isThere = async (url: string, memoryId: string): Promise<boolean> =>
  (await get(`${url}/memories/${memoryId}`)).status === 200

test('a backup that is made while writers write holds all that was acknowledged before, and restores it', async (t) => {
  t.timeout(STARTS_WITHIN_MS)
  const [dataDir, into] = [temporaryFolder(t), temporaryFolder(t)]
  const server = await startServerProcess(dataDir)
  t.teardown(() => server.kill())
  await fill(t, server.url)
  const writing = writeOn(server.url)
  await eventually(() => {
    if (writing.acknowledged.length < 500) throw new Error('not enough is written')
  })
  const before = [...writing.acknowledged]
  const [folder] = (await verb(dataDir, 'backup', 'create', into)).split('\n')
  const during = writing.acknowledged.length - before.length
  await eventually(() => {
    if (writing.acknowledged.length < before.length + during + 100) throw new Error('nothing is written any more')
  })
  await writing.stop()
  const last = writing.acknowledged.at(-1)!
  // A scrape shows what the one before it looked for.
  await eventually(async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    if (!/^somabrain_backup_last_success_timestamp_seconds \d+/m.test(metrics)) throw new Error('no backup is shown')
  })
  // What a crash leaves is no reason not to be restored over.
  await server.kill()

  t.regex(await verb(dataDir, 'backup', 'verify', folder!), /^sound: [\d,]+ records/)
  t.regex(
    await verb(dataDir, 'backup', 'test', folder!),
    /restores: [\d,]+ records folded in .*\nstate {3}[0-9a-f]{64}/,
  )
  await assertNothingStays(t, dataDir, folder!)
  const again = await restored(t, dataDir, folder!)
  // All of them would be thousands of requests: the last ones are those that a copy could have missed.
  for (const memoryId of before.slice(-LOOKED_AT)) t.true(await isThere(again.url, memoryId), memoryId)
  t.false(await isThere(again.url, last), 'it was written after the backup')
  const more = await post(`${again.url}/remember`, { content: 'Life goes on.' }, { prefer: 'wait=10' })
  t.is(more.status, 201, JSON.stringify(more.body))
  t.regex(await verb(dataDir, 'audit', 'replay'), /^sound: [\d,]+ records and/m)
})

test('what was erased after a backup was made is erased when it is restored, and no backup holds a plaintext or a secret', async (t) => {
  t.timeout(STARTS_WITHIN_MS)
  const [dataDir, into] = [temporaryFolder(t), temporaryFolder(t)]
  const server = await startServerProcess(dataDir)
  t.teardown(() => server.kill())
  const canary = 'Quokka-7731 keeps bees on the roof'
  const kept = await remember(server.url, `${canary}.`, { user_id: 'ada' })
  const other = await remember(server.url, 'Bo keeps goats.', { user_id: 'bo' })
  const folder = (await verb(dataDir, 'backup', 'create', into)).split('\n')[0]!
  const { body } = await post(`${server.url}/forget`, { mode: 'erase', user_id: 'ada' })
  const complete = (url: string) =>
    eventually(async () => {
      const receipt = await get(`${url}/receipts/${body.receipt_id}`)
      if (receipt.body.status !== 'complete') throw new Error(JSON.stringify(receipt.body))
    })
  await complete(server.url)
  await server.stop()
  const secrets = ['master.key', 'signing.key'].map((file) => {
    const lines = readFileSync(join(dataDir, file), 'utf8').split('\n')
    return lines.find((line) => line !== '' && !line.startsWith('-----'))!
  })
  const needles = [canary, 'Quokka-7731', ...secrets]
  t.deepEqual(filesHolding(into, needles), [])
  // The search finds what is there.
  t.deepEqual(
    filesHolding(dataDir, secrets).sort(),
    ['master.key', 'signing.key'].map((file) => join(dataDir, file)),
  )

  const again = await restored(t, dataDir, folder)
  t.is((await get(`${again.url}/memories/${kept.body.memory_id}`)).status, 404)
  t.is((await get(`${again.url}/memories/${other.body.memory_id}`)).status, 200)
  const { body: found } = await post(`${again.url}/recall`, {
    query: canary,
    as_of: { known: new Date().toISOString() },
  })
  t.false(JSON.stringify(found).includes('Quokka'))
  await complete(again.url)
  // The repeated erasure names the key of its request, which is in no backup.
  const [anew] = (await verb(dataDir, 'backup', 'create', into)).split('\n')
  t.regex(await verb(dataDir, 'backup', 'verify', anew!), /^sound/)
})

test('a restore that would go wrong is refused, in words, and touches nothing', async (t) => {
  t.timeout(STARTS_WITHIN_MS)
  const [dataDir, into] = [temporaryFolder(t), temporaryFolder(t)]
  const server = await startServerProcess(dataDir)
  t.teardown(() => server.kill())
  await remember(server.url, 'Ada keeps bees.')
  const environment = { SOMABRAIN_DATA_DIR: dataDir }
  const made = await runVerb(environment, 'backup', 'create', into)
  t.is(made.code, 0, made.printed)
  const folder = made.printed.split('\n')[0]!
  const refused = async (message: RegExp, more: Readonly<Record<string, string>>, ...argv: string[]): Promise<void> => {
    const names = readdirSync(dataDir).sort()
    const { code, printed } = await runVerb({ ...environment, ...more }, 'backup', ...argv)
    t.is(code, 1, printed)
    t.regex(printed, message)
    t.deepEqual(readdirSync(dataDir).sort(), names)
  }
  await refused(/is in use by process \d+/, {}, 'restore', folder, '--yes')
  await server.stop()
  await refused(/Nobody can be asked here: say --yes/, {}, 'restore', folder)
  const another = Buffer.alloc(32, 7).toString('base64')
  const wrong = /wrapped by another master key.*put it behind the present one as SOMABRAIN_MASTER_KEY_PREVIOUS/
  await refused(wrong, { SOMABRAIN_MASTER_KEY: another }, 'restore', folder, '--yes')
  await refused(/wrapped by another master key/, { SOMABRAIN_MASTER_KEY: another }, 'test', folder)
  await refused(/is no backup|cannot be read: is it a backup/, {}, 'restore', into, '--yes')
  await refused(/receipts of erasures say that no backup/, { SOMABRAIN_BACKUP_RETENTION_DAYS: '0' }, 'create', into)
  const cluster = {
    SOMABRAIN_KAFKA_URL: 'kafka://127.0.0.1:1',
    SOMABRAIN_SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1',
    SOMABRAIN_POSTGRES_DSN: 'postgresql://a@127.0.0.1:1/a',
    SOMABRAIN_REDIS_URL: 'redis://127.0.0.1:1',
  }
  await refused(/for a data directory; the log of a cluster is archived/, cluster, 'verify', folder)
  const itself = (await runVerb(environment, 'backup', 'create', into)).printed.split('\n')[0]!
  const place = { SOMABRAIN_DATA_DIR: itself, ...keyOf(dataDir) }
  await refused(/is the data directory itself/, place, 'restore', itself, '--yes')
  const log = join(folder, 'log.db')
  const bytes = readFileSync(log)
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(log, bytes)
  await refused(/DAMAGED: log\.db is not what was copied/, {}, 'restore', folder, '--yes')
  await refused(/DAMAGED: log\.db is not what was copied/, {}, 'test', folder)
  copyFileSync(join(dataDir, 'master.key'), join(into, 'copy-of-the-key'))
  rmSync(join(dataDir, 'master.key'))
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(log, bytes)
  await refused(/master\.key is missing, and nothing of a backup can be read/, {}, 'restore', folder, '--yes')
  await refused(/nothing to back up/, { SOMABRAIN_DATA_DIR: join(into, 'none') }, 'create', join(into, 'x'))
})
