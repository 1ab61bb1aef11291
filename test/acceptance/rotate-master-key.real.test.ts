import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import test from 'ava'
import { openClusterRewrapStore } from '../../infra/cluster/open-cluster-rewrap-store.ts'
import { readConfiguration } from '../../infra/config/configuration.ts'
import { loadMasterKey } from '../../infra/crypto/master-key.ts'
import { runVerb } from '../infra/cli/run-verb.ts'
import { type TestCluster, testCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { post } from '../support/http-client.ts'
import { storedMemories } from '../support/invariants.ts'
import { missingParts } from '../support/real-parts.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

const KEPT = 'Ada keeps bees in Lisbon.'
const [old, fresh] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
/** The settings that a process goes through, as docs/how-to/rotate-the-master-key.md has them. */
const onlyOld = { SOMABRAIN_MASTER_KEY: old }
const readsFresh = { SOMABRAIN_MASTER_KEY: old, SOMABRAIN_MASTER_KEY_PREVIOUS: fresh }
const readsOld = { SOMABRAIN_MASTER_KEY: fresh, SOMABRAIN_MASTER_KEY_PREVIOUS: old }
const onlyFresh = { SOMABRAIN_MASTER_KEY: fresh }

/** Leaves the processors to the processes that start. */
const BETWEEN_ROUNDS_MS = 50

/** Writes of new users, each under a new data key, and reads of an old one, at every process in service, at all times. */
class Traffic {
  readonly written: string[] = []
  readonly failures: string[] = []
  readonly #inService = new Map<ServerProcess, { readonly over: Promise<void>; rounds: number; ends: boolean }>()

  enter(server: ServerProcess): void {
    const service = { over: Promise.resolve(), rounds: 0, ends: false }
    const run = async (): Promise<void> => {
      while (!service.ends) {
        await this.#round(server)
        service.rounds += 1
        await pause(BETWEEN_ROUNDS_MS)
      }
    }
    this.#inService.set(server, Object.assign(service, { over: run() }))
  }

  /** What is under way is answered first, as a balancer does it. */
  async leave(server: ServerProcess): Promise<void> {
    const service = this.#inService.get(server)!
    service.ends = true
    await service.over
    this.#inService.delete(server)
  }

  async end(): Promise<void> {
    for (const server of [...this.#inService.keys()]) await this.leave(server)
  }

  /** Every process in service has answered writes and reads that began after this was called. */
  async goesOn(): Promise<void> {
    const before = [...this.#inService.values()].map((service) => ({ service, rounds: service.rounds }))
    await eventually(() => {
      for (const { service, rounds } of before) if (service.rounds < rounds + 3) throw new Error('no three rounds yet')
    }, 60_000)
  }

  async #round({ url }: ServerProcess): Promise<void> {
    const content = `note ${randomBytes(8).toString('hex')}`
    try {
      const wrote = await post(`${url}/remember`, { namespace: 'notes', user_id: content, content })
      if (wrote.status === 202) this.written.push(content)
      else this.failures.push(JSON.stringify(wrote.body))
      const read = await post(`${url}/recall`, { namespace: 'kept', query: 'Who keeps bees?' })
      const first = (read.body.results as Array<{ content: string }> | undefined)?.[0]
      if (first?.content !== KEPT || read.body.degraded !== undefined) this.failures.push(JSON.stringify(read.body))
    } catch (error) {
      this.failures.push(String(error))
    }
  }
}

/** Of all keys that are there, data keys and index keys: how many the master key `text` has wrapped, and how many not. */
async function wrappedBy({ environment }: TestCluster, text: string): Promise<{ mine: number; others: number }> {
  const masterKey = loadMasterKey('', text)
  const store = await openClusterRewrapStore(readConfiguration(environment).cluster!)
  try {
    const keys = [...(await store.dataKeysAfter('', 100_000)), ...(await store.indexKeys())]
    const mine = keys.filter(({ wrapped }) => masterKey.isCurrent(wrapped)).length
    return { mine, others: keys.length - mine }
  } finally {
    await store.close()
  }
}

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`rotating the master key of a cluster: ${missing}`, () => undefined)
} else {
  test('a master key is rotated while every process of a cluster writes and reads, and then the old one can go', async (t) => {
    t.timeout(240_000)
    const cluster = await testCluster(temporaryFolder(t))
    t.teardown(() => cluster.remove())
    const traffic = new Traffic()
    t.teardown(() => traffic.end())
    const replace = async (server: ServerProcess, environment: Record<string, string>): Promise<ServerProcess> => {
      const successor = await cluster.start('all', environment)
      traffic.enter(successor)
      await traffic.leave(server)
      t.is(await server.stop(), 0)
      await traffic.goesOn()
      return successor
    }
    const first = await cluster.start('all', onlyOld)
    const kept = { namespace: 'kept', user_id: 'ada', content: KEPT }
    t.is((await post(`${first.url}/remember`, kept, { prefer: 'wait=20' })).status, 201)
    const other = await cluster.start('all', readsFresh)
    for (const server of [first, other]) traffic.enter(server)
    await traffic.goesOn()

    // One process wraps with the new key by now, which the other can read and does not wrap with.
    const second = await replace(first, readsOld)
    const between = await wrappedBy(cluster, fresh)
    t.true(between.mine > 0 && between.others > 0, JSON.stringify(between))
    const otherSecond = await replace(other, readsOld)
    const rotated = await runVerb({ ...cluster.environment, ...readsOld }, 'rotate-master-key')
    t.is(rotated.code, 0, rotated.printed)
    t.regex(rotated.printed, /wrapped anew: [1-9]\d* data keys and 1 index keys/)
    await traffic.goesOn()
    t.is((await wrappedBy(cluster, old)).mine, 0, 'the old key opens nothing that is there')

    const third = await replace(second, onlyFresh)
    await traffic.leave(otherSecond)
    t.is(await otherSecond.stop(), 0)
    await traffic.goesOn()
    await traffic.end()
    t.log(`${traffic.written.length} writes`)
    t.deepEqual(traffic.failures, [])
    t.is((await wrappedBy(cluster, fresh)).others, 0)
    await eventually(async () => {
      const { status, body } = await post(`${third.url}/recall`, { namespace: 'notes', query: 'note', after: 'latest' })
      if (status !== 200) throw new Error(JSON.stringify(body))
    })
    const stored = [...(await storedMemories(third.url, 'notes')).values()].flat()
    t.deepEqual(stored.sort(), traffic.written.sort())
    await t.throwsAsync(cluster.start('query', onlyOld), { message: /wrapped by another master key/ })
  })
}
