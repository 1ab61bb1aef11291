import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { Client } from 'pg'
import { openClusterRewrapStore } from '../../infra/cluster/open-cluster-rewrap-store.ts'
import { readConfiguration } from '../../infra/config/configuration.ts'
import { filesHolding } from '../infra/erasure/search-files.ts'
import { type TestCluster, testCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { get, post } from '../support/http-client.ts'
import { missingParts, realParts } from '../support/real-parts.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

/** The bound within which a subject is gone, with its receipt. */
const WITHIN_MS = 60_000

async function completed(query: ServerProcess, receiptId: unknown): Promise<Record<string, unknown>> {
  return eventually(async () => {
    const { body } = await get(`${query.url}/receipts/${receiptId}`)
    if (body.status !== 'complete') throw new Error(`still ${JSON.stringify(body)}`)
    return body.receipt as Record<string, unknown>
  }, WITHIN_MS)
}

/** What the parts of `npm run stack` keep on disk; `null` when they run elsewhere, where nothing can be searched from here. */
async function partFolders(): Promise<{ postgres: string; redis: string; kafka: string } | null> {
  const client = new Client(realParts.postgres)
  await client.connect()
  const { rows } = await client.query('show data_directory')
  await client.end()
  const postgres = dirname(rows[0].data_directory)
  if (basename(postgres) !== 'postgres' || !existsSync(rows[0].data_directory)) return null
  const [redis, kafka] = [join(dirname(postgres), 'redis'), join(dirname(postgres), 'kafka')]
  for (const folder of [redis, kafka]) if (!existsSync(folder)) throw new Error(`${folder} is not there to be searched`)
  return { postgres, redis, kafka }
}

/** As long-term memory has it, and so the log: what stands of a memory beside its id. */
async function sealedOf({ environment }: TestCluster, memoryId: unknown): Promise<Uint8Array> {
  const client = new Client(environment.SOMABRAIN_POSTGRES_DSN)
  await client.connect()
  try {
    const live = await client.query(`select schema_name from somabrain.projection_builds where state = 'live'`)
    const { rows } = await client.query(
      `select sealed from ${live.rows[0].schema_name}.memories where memory_id = $1`,
      [memoryId],
    )
    return rows[0].sealed
  } finally {
    await client.end()
  }
}

/** The keys that a process which starts now could open: all but those that are marked destroyed. */
async function openKeys({ environment }: TestCluster): Promise<readonly string[]> {
  const store = await openClusterRewrapStore(readConfiguration(environment).cluster!)
  try {
    return (await store.dataKeysAfter('', 1_000)).map(({ keyId }) => keyId)
  } finally {
    await store.close()
  }
}

/** A text that is there is found: a search that finds nothing else has looked where it was. */
function assertFound(t: ExecutionContext, folder: string, needle: string | Uint8Array, what: string): void {
  t.true(filesHolding(folder, [needle]).length > 0, `the search finds ${what} in ${folder}`)
}

async function assertKeysDestroyed(
  t: ExecutionContext,
  cluster: TestCluster,
  before: readonly string[],
  receipt: Record<string, unknown>,
): Promise<void> {
  const namespaces = receipt.namespaces as Array<{ destroyed_keys: string[] }>
  const after = await openKeys(cluster)
  const gone = before.filter((keyId) => !after.includes(keyId))
  t.true(gone.length > 0)
  t.deepEqual(gone, namespaces.flatMap(({ destroyed_keys }) => destroyed_keys).sort())
}

async function assertVerifies(
  t: ExecutionContext,
  folder: string,
  receipt: Record<string, unknown>,
  query: ServerProcess,
): Promise<void> {
  const files = [join(folder, 'receipt.json'), join(folder, 'key.json')] as const
  writeFileSync(files[0], JSON.stringify(receipt))
  writeFileSync(files[1], JSON.stringify((await get(`${query.url}/receipts/key`)).body))
  const { stdout } = spawnSync(process.execPath, ['scripts/verify-receipt.mjs', ...files], { encoding: 'utf8' })
  t.regex(stdout, /^valid/)
}

/** Refused, if the process sealed it with a key that is destroyed and that it still takes for one that is not. */
async function outcomeOf(server: ServerProcess, query: ServerProcess, memory: object): Promise<unknown> {
  const { body } = await post(`${server.url}/remember`, memory)
  return eventually(async () => {
    const outcome = await get(`${query.url}/commands/${body.command_id}`)
    if (outcome.status !== 200) throw new Error(`not folded: ${JSON.stringify(outcome.body)}`)
    return outcome.body.status
  })
}

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`erasure in a cluster: ${missing}`, () => undefined)
} else {
  test('an erased subject is gone from every process and every file within a minute, and the receipt says so', async (t) => {
    t.timeout(300_000)
    const folder = temporaryFolder(t)
    const cluster = await testCluster(folder)
    t.teardown(() => cluster.remove())
    const projector = await cluster.start('projector')
    const [commands, otherCommands, query] = await Promise.all([
      cluster.start('commands'),
      cluster.start('commands'),
      cluster.start('query'),
    ])
    const canary = `canary-${cluster.prefix.replaceAll('.', '')}`
    // What stands in clear wherever the subject's memories are: a search that does not find it would find nothing.
    const namespace = `clear-${cluster.prefix.replaceAll('.', '')}`
    const personal = {
      ...{ namespace, user_id: `${canary}-user`, run_id: `${canary}-run`, metadata: { note: `${canary}-meta` } },
    }
    const memoryIds: unknown[] = []
    for (let i = 0; i < 10; i += 1) {
      const server = i % 2 === 0 ? commands : otherCommands
      const { status, body } = await post(`${server.url}/remember`, { content: `${canary} says ${i}`, ...personal })
      t.is(status, 202)
      memoryIds.push(body.memory_id)
    }
    await post(`${commands.url}/remember`, { content: 'Somebody else keeps bees.', user_id: 'somebody-else' })
    const before = await post(`${query.url}/recall`, { query: `${canary} says`, namespace, after: 'latest', k: 20 })
    t.true(JSON.stringify(before.body).includes(`${canary} says 7`))
    const parts = await partFolders()
    if (parts === null) {
      t.not(process.env.CI, 'true', 'in CI the files of every part are searched')
      t.log('the parts run elsewhere: only the data directory is searched')
    } else {
      const sealed = await sealedOf(cluster, memoryIds[7])
      for (const at of [parts.postgres, parts.kafka]) assertFound(t, at, sealed, 'what is sealed')
    }
    const keysBefore = await openKeys(cluster)

    const begun = performance.now()
    const erasure = await post(`${commands.url}/forget`, { mode: 'erase', user_id: `${canary}-user` })
    t.is(erasure.status, 202)
    // The other process still had the key in its cache: whatever it seals with it from here on comes to nothing.
    const late = await post(`${otherCommands.url}/remember`, { content: `${canary} too late`, ...personal })
    t.is(late.status, 202)
    const receipt = await completed(query, erasure.body.receipt_id)
    t.log(`complete after ${Math.round(performance.now() - begun)} ms`)
    t.is(receipt.memories, 10)

    const after = await post(`${query.url}/recall`, { query: `${canary} says`, namespace, after: 'latest', k: 20 })
    t.deepEqual(
      (after.body.results as Array<{ content: string }>).filter(({ content }) => content.includes('says')),
      [],
    )
    for (const at of [folder, ...Object.values(parts ?? {})]) {
      t.deepEqual(filesHolding(at, [canary]), [], at)
      assertFound(t, at, namespace, 'what is in clear')
    }
    for (const server of [projector, commands, otherCommands, query]) t.false(server.output().includes(canary))

    await assertVerifies(t, folder, receipt, query)
    await assertKeysDestroyed(t, cluster, keysBefore, receipt)
    for (const server of [commands, otherCommands]) {
      t.is(
        await outcomeOf(server, query, { content: `${canary} writes again at ${server.url}`, ...personal }),
        'stored',
      )
    }
    for (const id of memoryIds) t.is((await get(`${query.url}/memories/${id}`)).status, 404)

    const exported = await fetch(`${query.url}/subjects/${canary}-user/export`)
    const lines = (await exported.text()).trim().split('\n')
    const memories = lines.filter((line) => line.includes('"type":"memory"'))
    t.true(memories.filter((line) => line.includes('writes again')).length === 2)
    t.true(memories.every((line) => /too late|writes again/.test(line)))
  })
}
