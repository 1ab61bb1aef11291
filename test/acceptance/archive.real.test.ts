import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { readManifest } from '../../infra/archive/archive-manifest.ts'
import { openClusterRewrapStore } from '../../infra/cluster/open-cluster-rewrap-store.ts'
import { readConfiguration } from '../../infra/config/configuration.ts'
import { type OwnParts, startOwnParts } from '../chaos/cluster/own-parts.ts'
import { runVerb } from '../infra/cli/run-verb.ts'
import { eventually } from '../support/eventually.ts'
import { get, post } from '../support/http-client.ts'
import { openFolder } from '../support/open-folder.ts'
import { missingParts } from '../support/real-parts.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { VERBS } from './backups.ts'

// Parts of this file's own, which are lost with all they held. Where the shared ones do not run, these would have to be downloaded first.

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
const real = missing === null ? test.serial : test.serial.skip
const ERASED_WITHIN_MS = 60_000
const MASTER_KEY = Buffer.alloc(32, 7).toString('base64')

const environmentOf = (parts: OwnParts, dataDir: string): Record<string, string> => ({
  SOMABRAIN_KAFKA_URL: parts.kafka.url,
  SOMABRAIN_SCHEMA_REGISTRY_URL: parts.registry.url,
  SOMABRAIN_POSTGRES_DSN: parts.postgres.url,
  SOMABRAIN_REDIS_URL: parts.redis.url,
  SOMABRAIN_MASTER_KEY: MASTER_KEY,
  SOMABRAIN_DATA_DIR: dataDir,
})

const start = (environment: Record<string, string>): Promise<ServerProcess> =>
  startServerProcess(environment.SOMABRAIN_DATA_DIR!, { ...environment, SOMABRAIN_ROLE: 'all' })

async function stored({ url }: ServerProcess, userId: string, content: string) {
  const { status, body } = await post(
    `${url}/remember`,
    { namespace: 'kept', user_id: userId, content },
    { prefer: 'wait=20' },
  )
  if (status !== 201) throw new Error(JSON.stringify(body))
  return { id: String(body.memory_id), position: String(body.position), content }
}

async function erase({ url }: ServerProcess, userId: string): Promise<string> {
  const { body } = await post(`${url}/forget`, { mode: 'erase', user_id: userId })
  await eventually(async () => {
    const receipt = await get(`${url}/receipts/${body.receipt_id}`)
    if (receipt.body.status !== 'complete') throw new Error(JSON.stringify(receipt.body))
  }, ERASED_WITHIN_MS)
  return String(body.receipt_id)
}

/** Ids of the data keys that are not destroyed. */
async function keysOf(environment: Record<string, string>): Promise<readonly string[]> {
  const store = await openClusterRewrapStore(readConfiguration(environment).cluster!)
  try {
    return (await store.dataKeysAfter('', 1_000)).map(({ keyId }) => keyId)
  } finally {
    await store.close()
  }
}

const lackingIn = async (environment: Record<string, string>, keys: readonly string[]): Promise<readonly string[]> => {
  const found = await keysOf(environment)
  return keys.filter((keyId) => !found.includes(keyId))
}

async function done(t: ExecutionContext, environment: Record<string, string>, ...words: string[]): Promise<string> {
  const { code, printed } = await runVerb(environment, ...words)
  t.is(code, 0, `${words.join(' ')}: ${printed}`)
  return printed
}

/** Restores in a process of its own, which is killed after a while; `true`: it had ended by then. */
async function killedRestore(environment: Record<string, string>, archive: string, afterMs: number): Promise<boolean> {
  const words = ['archive', 'restore', archive, '--yes']
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', VERBS, ...words], {
    env: { ...process.env, ...environment },
    stdio: 'ignore',
  })
  const exited = once(child, 'exit')
  await Promise.race([pause(afterMs), exited])
  child.kill('SIGKILL')
  const [code] = await exited
  return code === 0
}

real('a cluster that lost Kafka, registry, Postgres and Redis is back from the archive of its log', async (t) => {
  t.timeout(400_000)
  const folder = openFolder(t)
  const [archive, dataDir] = [join(folder, 'archive'), join(folder, 'data')]
  const lost = await startOwnParts(join(folder, 'lost'))
  t.teardown(() => lost.kill())
  const before = environmentOf(lost, dataDir)
  const first = await start(before)
  t.teardown(() => first.kill())
  const forgotten = await stored(first, 'ada', 'Ada keeps bees in Lisbon.')
  const memories = []
  for (let i = 0; i < 40; i++) memories.push(await stored(first, `user-${i % 7}`, `Note ${i} is about hens in Porto.`))
  await done(t, before, 'tokens', 'create', '--role', 'reader', '--principal', 'kept-token')
  t.regex(await done(t, before, 'archive', 'run', archive, '--once'), /memory\.commands 5\d, memory\.keys \d+/)
  memories.push(await stored(first, 'eve', 'Eve keeps hens, too.'))
  t.is(await first.stop(), 0, 'it signs an anchor as it ends')
  await done(t, before, 'archive', 'run', archive, '--once')
  const keys = await keysOf(before)
  const again = await start(before)
  t.teardown(() => again.kill())
  // Behind the last round: only the ledger, which is in no archive, knows of it.
  const receiptId = await erase(again, 'ada')
  const destroyed = await lackingIn(before, keys)
  t.is(destroyed.length, 1)
  t.is(await again.stop(), 0)
  await lost.kill()
  rmSync(join(folder, 'lost'), { recursive: true, force: true })

  const parts = await startOwnParts(join(folder, 'new'))
  t.teardown(() => parts.kill())
  const after = environmentOf(parts, dataDir)
  t.regex(
    await done(t, after, 'archive', 'verify', archive),
    /^sound: .* [1-9]\d* anchors agree, \d+ records stand behind them$/m,
  )
  const early = await runVerb(after, 'archive', 'restore', archive, '--yes')
  t.is(early.code, 1)
  t.regex(early.printed, /npm run somabrain -- migrate/)
  await done(t, after, 'migrate')
  for (const afterMs of [1_500, 3_000, 4_500]) if (await killedRestore(after, archive, afterMs)) break
  t.regex(await done(t, after, 'archive', 'restore', archive, '--yes'), /at their own offsets/)
  t.regex(await done(t, after, 'archive', 'restore', archive, '--yes'), / 0 schemas registered, 0 rows added$/m)

  t.deepEqual(await keysOf(after), keys, 'the erased one, too')
  const second = await start(after)
  t.teardown(() => second.kill())
  for (const { id, content } of memories) {
    await eventually(async () => {
      const { status, body } = await get(`${second.url}/memories/${id}`)
      if (status !== 200) throw new Error(JSON.stringify(body))
      t.is(body.content, content)
    })
  }
  const last = memories.at(-1)!
  const answer = await post(`${second.url}/recall`, { namespace: 'kept', query: 'Eve hens', after: last.position })
  t.is(answer.status, 200, JSON.stringify(answer.body))
  t.is((answer.body.results as Array<{ content: string }>)[0]?.content, last.content)
  await eventually(async () => {
    const { body } = await get(`${second.url}/receipts/${receiptId}`)
    if (body.status !== 'complete') throw new Error(JSON.stringify(body))
  }, ERASED_WITHIN_MS)
  t.is((await get(`${second.url}/memories/${forgotten.id}`)).status, 404)
  t.deepEqual(await lackingIn(after, keys), destroyed)
  t.regex(await done(t, after, 'tokens', 'list'), /kept-token/)
  t.is((await stored(second, 'eve', 'Writing goes on.')).content, 'Writing goes on.')
  await done(t, after, 'audit', 'replay')
  const running = await runVerb(after, 'archive', 'restore', archive, '--yes')
  t.regex(running.printed, /Processes of the cluster run/)
  await done(t, after, 'archive', 'run', archive, '--once')
  t.is(await second.stop(), 0)
  t.regex(await done(t, after, 'archive', 'verify', archive), /^sound/m)
  t.truthy(readManifest(archive)?.archivedAt)
})
