import assert from 'node:assert/strict'
import test from 'ava'
import { Redis } from 'ioredis'
import { seededRandom } from '../../chaos/cluster/random.ts'
import { testCluster } from '../../support/cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { type Answer, post } from '../../support/http-client.ts'
import { storedMemories } from '../../support/invariants.ts'
import { missingParts, realParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const WRITES = 200
const PARALLEL = 24

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
const real = missing === null ? test : test.skip
const reason = missing === null ? '' : ` (${missing})`

/** A client that retries what is in flight, wherever a balancer sends it. */
async function remember(urls: readonly string[], write: number, turn: number): Promise<Answer> {
  for (let attempt = turn; ; attempt += 1) {
    const url = urls[attempt % urls.length]!
    const body = { content: `memory ${write}`, namespace: 'retried' }
    const answer = await post(`${url}/remember`, body, { 'idempotency-key': `write-${write}` })
    if (answer.status === 409 && answer.body.code === 'request_in_flight') continue
    return answer
  }
}

real(
  `writes that are retried through two command processes at once, over a kill and a wiped Redis, are stored once${reason}`,
  async (t) => {
    t.timeout(300_000)
    const cluster = await testCluster(temporaryFolder(t))
    t.teardown(() => cluster.remove())
    const [first, second] = await Promise.all([cluster.start('all'), cluster.start('commands')])
    const urls = [first.url, second.url]
    const random = seededRandom(7)
    const ids = new Set<string>()
    let next = 0
    const worker = async (turn: number): Promise<void> => {
      for (let write = next++; write < WRITES; write = next++) {
        const copies = write % 20 === 0 ? PARALLEL : 1 + random.int(3)
        const answers = await Promise.all(Array.from({ length: copies }, (_, i) => remember(urls, write, turn + i)))
        for (const { status, body } of answers) {
          assert.ok(status === 202, `${status} ${JSON.stringify(body)}`)
          ids.add(`${write} ${body.memory_id}`)
        }
      }
    }
    await Promise.all(Array.from({ length: PARALLEL }, (_, turn) => worker(turn)))
    t.is(ids.size, WRITES)

    await second.kill()
    const redis = new Redis(realParts.redis)
    t.teardown(() => redis.disconnect())
    for await (const keys of redis.scanStream({ match: `${cluster.prefix}*`, count: 1000 })) {
      if (keys.length > 0) await redis.del(...(keys as string[]))
    }
    const another = await cluster.start('commands')
    for (const write of [0, 1, WRITES - 1]) {
      const again = await Promise.all(
        Array.from({ length: PARALLEL }, (_, i) => remember([first.url, another.url], write, i)),
      )
      for (const { body } of again) ids.add(`${write} ${body.memory_id}`)
    }
    t.is(ids.size, WRITES, 'a retry is told the ids of the first, whoever answers it')
    await eventually(async () => assert.equal((await storedMemories(first.url, 'retried')).size, WRITES))
    const stored = await storedMemories(first.url, 'retried')
    t.is(stored.size, WRITES)
    t.true([...stored.values()].every((contents) => contents.length === 1))
  },
)
