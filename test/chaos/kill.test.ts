import test from 'ava'
import { post } from '../support/http-client.ts'
import {
  type Acknowledged,
  assertNoDuplicateEffect,
  assertNoLoss,
  assertNothingHalfThere,
  storedMemories,
} from '../support/invariants.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

/** SIGKILL at random moments under load. `KILLS=5 npm test …` for a quick look. */
const KILLS = Number(process.env.KILLS ?? 50)
const SEED = Number(process.env.SEED ?? 1)
const CONNECTIONS = 8
const NAMESPACE = 'killed'
const LEAST_MS = 5
const MOST_MS = 400

/** mulberry32: the moments follow from the seed alone. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let z = Math.imul(state ^ (state >>> 15), state | 1)
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61)
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32
  }
}

class Load {
  readonly acknowledged: Acknowledged[] = []
  readonly asked = new Set<string>()
  /** Requests without an answer: sent again, with their key, to the next process. */
  readonly #unanswered: Array<{ readonly key: string; readonly content: string }> = []
  #next = 0

  /** Writes over several connections until the server is gone. */
  async run(server: ServerProcess): Promise<void> {
    await Promise.all(Array.from({ length: CONNECTIONS }, () => this.#write(server.url)))
  }

  async #write(url: string): Promise<void> {
    for (;;) {
      const request = this.#unanswered.pop() ?? { key: `key-${this.#next}`, content: `memory number ${this.#next++}` }
      this.asked.add(request.content)
      try {
        const body = { content: request.content, namespace: NAMESPACE }
        const answer = await post(`${url}/remember`, body, { 'idempotency-key': request.key })
        if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
        this.acknowledged.push({ memoryId: String(answer.body.memory_id), content: request.content })
      } catch (error) {
        this.#unanswered.push(request)
        if (error instanceof TypeError) return
        throw error
      }
    }
  }
}

test(`${KILLS} times SIGKILL under load: every acknowledged memory is there exactly once, nothing half-there`, async (t) => {
  t.timeout(15 * 60_000)
  t.log(`seed ${SEED}`)
  const draw = random(SEED)
  const dataDir = temporaryFolder(t)
  const load = new Load()
  for (let kill = 0; kill < KILLS; kill++) {
    const server = await startServerProcess(dataDir)
    const running = load.run(server)
    const moment = LEAST_MS + draw() * (MOST_MS - LEAST_MS)
    await new Promise((resolve) => setTimeout(resolve, moment))
    await server.kill()
    await running
  }
  const server = await startServerProcess(dataDir)
  const stored = await storedMemories(server.url, NAMESPACE)
  t.log(`${load.acknowledged.length} acknowledged, ${load.asked.size} asked, ${stored.size} stored`)
  t.true(load.acknowledged.length > KILLS)
  assertNoLoss(t, load.acknowledged, stored)
  assertNoDuplicateEffect(t, stored)
  assertNothingHalfThere(t, load.asked, stored)
  t.is(await server.stop(), 0)
})
