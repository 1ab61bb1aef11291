import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { Client } from 'pg'
import { openClusterRewrapStore } from '../../../infra/cluster/open-cluster-rewrap-store.ts'
import { readConfiguration } from '../../../infra/config/configuration.ts'
import { filesHoldingEach } from '../../infra/erasure/search-files.ts'
import { type TestCluster, testCluster } from '../../support/cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { get } from '../../support/http-client.ts'
import { realParts } from '../../support/real-parts.ts'
import type { ServerProcess } from '../../support/server-process.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

/** The bound within which a subject is gone, with its receipt. */
const WITHIN_MS = 60_000

/** A cluster with two processes that erase, for all erasures of a test file: each waits half a minute for views. */
export interface ErasingCluster {
  readonly cluster: TestCluster
  readonly folder: string
  readonly projector: ServerProcess
  readonly commands: ServerProcess
  readonly otherCommands: ServerProcess
  readonly query: ServerProcess
  /** Begins whatever a subject says, and is found nowhere while it is sealed. */
  readonly canary: string
  remove(): Promise<void>
}

export async function startErasingCluster(): Promise<ErasingCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-test-'))
  const cluster = await testCluster(folder)
  const remove = async (): Promise<void> => {
    await cluster.remove()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    // The first one makes topics, schemas and tables.
    const projector = await cluster.start('projector')
    const [commands, otherCommands, query] = await Promise.all([
      cluster.start('commands'),
      cluster.start('commands'),
      cluster.start('query'),
    ])
    const canary = `canary-${cluster.prefix.replaceAll('.', '')}`
    return { cluster, folder, projector, commands, otherCommands, query, canary, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

export type Receipt = Record<string, unknown>

export async function completed(query: ServerProcess, receiptId: unknown): Promise<Receipt> {
  return eventually(async () => {
    const { body } = await get(`${query.url}/receipts/${receiptId}`)
    if (body.status !== 'complete') throw new Error(`still ${JSON.stringify(body)}`)
    return body.receipt as Receipt
  }, WITHIN_MS)
}

/** What the parts of `npm run stack` keep on disk; `null` when they run elsewhere, where nothing can be searched from here. */
export async function partFolders(): Promise<{ postgres: string; redis: string; kafka: string } | null> {
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

export interface StoredRow {
  readonly memoryId: string
  readonly keyId: string
  /** `null`: a tombstone. */
  readonly sealed: Uint8Array | null
}

/** A namespace as long-term memory has it. */
export async function rowsOf({ environment }: TestCluster, namespace: string): Promise<readonly StoredRow[]> {
  const client = new Client(environment.SOMABRAIN_POSTGRES_DSN)
  await client.connect()
  try {
    const live = await client.query(`select schema_name from somabrain.projection_builds where state = 'live'`)
    const { rows } = await client.query(
      `select memory_id as "memoryId", encode(key_id, 'hex') as "keyId", sealed
         from ${live.rows[0].schema_name}.memories where namespace = $1`,
      [namespace],
    )
    return rows
  } finally {
    await client.end()
  }
}

/** The keys that a process which starts now could open: all but those that are marked destroyed. */
export async function openKeys({ environment }: TestCluster): Promise<readonly string[]> {
  const store = await openClusterRewrapStore(readConfiguration(environment).cluster!)
  try {
    return (await store.dataKeysAfter('', 1_000)).map(({ keyId }) => keyId)
  } finally {
    await store.close()
  }
}

/**
 * The plaintext of a subject is in no file of a part or of a process, and in nothing that was logged. What is `inClear` is
 * found in each of these places: a search that finds nothing else has looked where it was.
 */
export async function assertNowhere(t: ExecutionContext, erasing: ErasingCluster, inClear: string): Promise<void> {
  const { canary, folder, projector, commands, otherCommands, query } = erasing
  for (const at of [folder, ...Object.values((await partFolders()) ?? {})]) {
    const found = filesHoldingEach(at, { plaintext: [canary], clear: [inClear] })
    t.deepEqual(found.plaintext, [], at)
    t.true(found.clear.length > 0, `the search finds what is in clear in ${at}`)
  }
  for (const server of [projector, commands, otherCommands, query]) t.false(server.output().includes(canary))
}

const keysDestroyedBy = (receipt: Receipt): readonly string[] =>
  (receipt.namespaces as Array<{ destroyed_keys: string[] }>).flatMap(({ destroyed_keys }) => destroyed_keys)

/** Of the keys that were open `before`, the receipts name some, and no process can open any that they name. */
export async function assertKeysDestroyed(
  t: ExecutionContext,
  cluster: TestCluster,
  before: readonly string[],
  ...receipts: readonly Receipt[]
): Promise<void> {
  const destroyed = receipts.flatMap(keysDestroyedBy)
  t.true(destroyed.some((keyId) => before.includes(keyId)))
  const after = await openKeys(cluster)
  t.deepEqual(
    destroyed.filter((keyId) => after.includes(keyId)),
    [],
  )
}

export async function assertVerifies(t: ExecutionContext, receipt: Receipt, query: ServerProcess): Promise<void> {
  const folder = temporaryFolder(t)
  const files = [join(folder, 'receipt.json'), join(folder, 'key.json')] as const
  writeFileSync(files[0], JSON.stringify(receipt))
  writeFileSync(files[1], JSON.stringify((await get(`${query.url}/receipts/key`)).body))
  const { stdout } = spawnSync(process.execPath, ['scripts/verify-receipt.mjs', ...files], { encoding: 'utf8' })
  t.regex(stdout, /^valid/)
}

/** What a command came to, once it is folded. */
export async function outcomeOf(query: ServerProcess, commandId: unknown): Promise<Record<string, unknown>> {
  return eventually(async () => {
    const outcome = await get(`${query.url}/commands/${commandId}`)
    if (outcome.status !== 200) throw new Error(`not folded: ${JSON.stringify(outcome.body)}`)
    return outcome.body
  })
}
