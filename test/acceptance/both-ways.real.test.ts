import assert from 'node:assert/strict'
import test from 'ava'
import { readConversation } from '../../infra/cli/demo/read-conversation.ts'
import { storeConversation } from '../../infra/cli/demo/store-conversation.ts'
import { createServerClient } from '../../infra/cli/server-client.ts'
import { type TestCluster, testCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { get, post } from '../support/http-client.ts'
import { missingParts } from '../support/real-parts.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

const NAMESPACE = 'workshop'
/** Every so many turns one is asked for, in its own words and as of its time. */
const ASK_EVERY = 5

type Json = Record<string, unknown>

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`the same answers both ways: ${missing}`, () => undefined)
} else {
  let cluster: TestCluster | null = null
  test.after.always(async () => {
    await cluster?.remove()
  })

  test('embedded or spread out, one history gives the same answers, signal by signal, and the same working memory', async (t) => {
    t.timeout(120_000)
    cluster = await testCluster(temporaryFolder(t))
    const embedded = await startServerProcess(temporaryFolder(t))
    t.teardown(() => embedded.kill())
    const [commands, query] = await Promise.all([
      cluster.start('all', { SOMABRAIN_DATA_DIR: temporaryFolder(t) }),
      cluster.start('query', { SOMABRAIN_DATA_DIR: temporaryFolder(t) }),
    ])
    const turns = await readConversation()
    for (const { url } of [embedded, commands]) {
      const client = createServerClient({ url, token: null, timeoutMs: 10_000 })
      const retry = { attempts: 5, sleep: async () => undefined, onWait: () => undefined }
      const stored = await storeConversation({ client, namespace: NAMESPACE, retry }, turns)
      t.deepEqual(stored, { added: turns.length, alreadyThere: 0 })
    }
    let hits = 0
    for (const { request } of turns.filter((_, i) => i % ASK_EVERY === 0)) {
      for (const wish of [{}, { as_of: { valid: request.occurred_at } }, { filters: { author: request.author } }]) {
        const asked = { namespace: NAMESPACE, query: request.content, explain: true, after: 'latest', ...wish }
        const answers = await Promise.all([embedded, query].map(({ url }) => post(`${url}/recall`, asked)))
        const [one, other] = answers.map(({ body }) => whatIsSaid(body))
        t.deepEqual(one, other)
        hits += one!.results.length
      }
    }
    t.true(hits > turns.length)
    // Working memory of a cluster is folded behind long-term memory.
    await eventually(async () => {
      const minds = await Promise.all(
        [embedded, query].map(({ url }) => get(`${url}/working-memory?namespace=${NAMESPACE}`)),
      )
      // Priorities are of the moment at which a memory was recorded, which differs.
      const [one, other] = minds.map(({ body }) => ({
        items: (body.items as ReadonlyArray<Json>).map(({ memory_id }) => memory_id),
        density: body.density,
      }))
      assert.deepEqual(one, other)
      assert.ok(one!.items.length > 0)
      assert.ok(one!.density)
    })
  })
}

/** An answer without the times and places of its own: when it was recorded, at which positions, how long it took. */
function whatIsSaid(answer: Json): { readonly results: readonly Json[]; readonly explanation: unknown } {
  const results = (answer.results as readonly Json[]).map(
    ({ recorded_at: _recorded, position: _position, ...hit }) => hit,
  )
  return { results, explanation: answer.explanation }
}
