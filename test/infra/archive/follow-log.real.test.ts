import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { readManifest } from '../../../infra/archive/archive-manifest.ts'
import { openClusterRewrapStore } from '../../../infra/cluster/open-cluster-rewrap-store.ts'
import { readConfiguration } from '../../../infra/config/configuration.ts'
import { freePort } from '../../../infra/stack/free-port.ts'
import { VERBS } from '../../acceptance/backups.ts'
import { type TestCluster, testCluster } from '../../support/cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { get, post } from '../../support/http-client.ts'
import { missingParts } from '../../support/real-parts.ts'
import type { ServerProcess } from '../../support/server-process.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { runVerb } from '../cli/run-verb.ts'
import { filesHoldingEach } from '../erasure/search-files.ts'

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
const real = missing === null ? test : test.skip
const ERASED_WITHIN_MS = 60_000

interface Archiver {
  readonly metricsUrl: string
  readonly child: ChildProcess
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** `archive run` in a process of its own, as an operator has it. */
async function startArchiver(t: ExecutionContext, { environment }: TestCluster, folder: string): Promise<Archiver> {
  const port = await freePort()
  const words = ['archive', 'run', folder, '--every', '1']
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', VERBS, ...words], {
    env: { ...process.env, ...environment, SOMABRAIN_METRICS_PORT: String(port), LOG_LEVEL: 'error' },
    stdio: 'inherit',
  })
  const exited = once(child, 'exit')
  t.teardown(() => child.kill('SIGKILL'))
  return {
    metricsUrl: `http://127.0.0.1:${port}/metrics`,
    child,
    async end(signal) {
      child.kill(signal)
      await exited
      return child.exitCode
    },
  }
}

/** Endless until `signal` is aborted; resolves to what was acknowledged. */
async function write({ url }: ServerProcess, signal: AbortSignal): Promise<number> {
  let accepted = 0
  while (!signal.aborted) {
    const { status } = await post(`${url}/remember`, { namespace: `n-${accepted % 9}`, content: `Note ${accepted}.` })
    if (status === 202) accepted++
  }
  return accepted
}

async function wrappedKeys({ environment }: TestCluster): Promise<ReadonlyMap<string, Uint8Array>> {
  const store = await openClusterRewrapStore(readConfiguration(environment).cluster!)
  try {
    return new Map((await store.dataKeysAfter('', 1_000)).map(({ keyId, wrapped }) => [keyId, wrapped!]))
  } finally {
    await store.close()
  }
}

const commandsIn = (archive: string): number =>
  readManifest(archive)!
    .topics['memory.commands']!.flatMap(({ segments }) => segments)
    .reduce((sum, { records }) => sum + records, 0)

real('an archiver that is killed under writers goes on, and what is erased leaves the archive', async (t) => {
  t.timeout(180_000)
  const folder = temporaryFolder(t)
  const archive = join(folder, 'archive')
  const cluster = await testCluster(join(folder, 'data'))
  t.teardown(() => cluster.remove())
  const server = await cluster.start('all')
  const before = await wrappedKeys(cluster)
  t.is((await post(`${server.url}/remember`, { user_id: 'ada', content: 'Ada keeps bees.' })).status, 202)
  const key = [...(await wrappedKeys(cluster))].find(([keyId]) => !before.has(keyId))![1]
  const holding = () => filesHoldingEach(archive, { key: [key] }).key ?? []

  const writing = new AbortController()
  t.teardown(() => writing.abort())
  const written = write(server, writing.signal)
  const first = await startArchiver(t, cluster, archive)
  await eventually(() => assert.notEqual(holding().length, 0))
  const metrics = await eventually(async () => {
    const text = await (await fetch(first.metricsUrl)).text()
    if (!/success_timestamp_seconds\{part="tables"\} \d/.test(text)) throw new Error(text)
    return text
  })
  for (const part of ['log', 'schemas', 'tables']) {
    t.regex(metrics, new RegExp(`^somabrain_archive_last_success_timestamp_seconds\\{part="${part}"\\} \\d{10}`, 'm'))
  }
  t.regex(metrics, /^somabrain_archive_records_total\{topic="memory\.commands"\} [1-9]/m)
  t.regex((await runVerb(cluster.environment, 'archive', 'run', archive, '--once')).printed, /is in use by process/)
  await first.end('SIGKILL')
  const soFar = commandsIn(archive)

  const second = await startArchiver(t, cluster, archive)
  const { body } = await post(`${server.url}/forget`, { mode: 'erase', user_id: 'ada' })
  await eventually(async () => {
    const receipt = await get(`${server.url}/receipts/${body.receipt_id}`)
    if (receipt.body.status !== 'complete') throw new Error(JSON.stringify(receipt.body))
  }, ERASED_WITHIN_MS)
  await eventually(() => assert.deepEqual(holding(), []))
  writing.abort()
  const accepted = await written
  await eventually(() => assert.ok(commandsIn(archive) >= accepted))
  t.is(await second.end('SIGTERM'), 0)
  t.true(commandsIn(archive) > soFar)
  const verified = await runVerb(
    { ...cluster.environment, SOMABRAIN_DATA_DIR: join(folder, 'data') },
    'archive',
    'verify',
    archive,
  )
  t.is(verified.code, 0, verified.printed)
  t.regex(verified.printed, /^sound/)
  const foreign = await runVerb(
    { ...cluster.environment, SOMABRAIN_KAFKA_TOPIC_PREFIX: 'other.' },
    'archive',
    'run',
    archive,
    '--once',
  )
  t.is(foreign.code, 1)
  t.regex(foreign.printed, /is the archive of topics under/)
})
