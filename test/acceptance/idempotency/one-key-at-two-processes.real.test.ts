import test, { type ExecutionContext } from 'ava'
import { testCluster } from '../../support/cluster.ts'
import { type Answer, get, post } from '../../support/http-client.ts'
import { storedMemories } from '../../support/invariants.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const PARALLEL = 24
/** How often the race is run: whether the two processes are both on their way at once is chance. */
const KEYS = 8
const WAIT = 'wait=10'

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')

if (missing !== null) test.skip(`one key at two command processes (${missing})`, () => {})
else {
  test('one key at two command processes at once is one memory, one outcome, and one answer that says stored', async (t) => {
    const urls = await twoCommandProcesses(t)
    const appendedTwice: string[] = []
    for (let n = 0; n < KEYS; n += 1) {
      const answers = await atOnce(urls, n, () => `memory ${n}`)
      const worked = answers.filter(({ status }) => status !== 409)
      t.true(answers.every(({ status, body }) => status !== 409 || body.code === 'request_in_flight'))
      t.is(new Set(worked.map(({ body }) => `${body.memory_id} ${body.command_id}`)).size, 1, 'all name the same ids')
      const stored = worked.filter(({ status }) => status === 201)
      t.is(stored.length, 1, 'who was first in the log is told so, and nobody else')
      t.true(worked.every(({ status, body }) => status === (body.status === 'stored' ? 201 : 200)))
      const others = worked.filter(({ status }) => status === 200)
      t.true(others.every(({ body }) => body.status === 'duplicate'))
      // Its own record stands in the log, behind the first: no look-up could have found that yet.
      if (others.some(({ headers }) => !headers.has('idempotent-replayed'))) appendedTwice.push(`key ${n}`)

      const outcome = await get(`${urls[0]}/commands/${stored[0]!.body.command_id}`)
      t.like(outcome.body, { status: 'stored', position: stored[0]!.body.position })
    }
    t.true(appendedTwice.length > 0, 'both processes appended the same command at least once')
    const memories = await storedMemories(urls[0], 'raced')
    t.is(memories.size, KEYS)
    t.true([...memories.values()].every((contents) => contents.length === 1))

    const differing = await atOnce(urls, KEYS, (process) => `what process ${process} was asked to store`)
    const told = (status: number): readonly Answer[] => differing.filter((answer) => answer.status === status)
    t.is(told(201).length, 1)
    t.true(told(422).length > 0)
    t.true(told(422).every(({ body }) => body.code === 'idempotency_conflict'))
    t.is(told(201).length + told(200).length + told(409).length + told(422).length, PARALLEL)
    t.is((await storedMemories(urls[0], 'raced')).size, KEYS + 1)
  })
}

async function twoCommandProcesses(t: ExecutionContext): Promise<readonly [string, string]> {
  t.timeout(120_000)
  const cluster = await testCluster(temporaryFolder(t))
  t.teardown(() => cluster.remove())
  const [first, second] = await Promise.all([cluster.start('all'), cluster.start('commands')])
  return [first.url, second.url]
}

/** The same key {@link PARALLEL} times at once, in turns at either process. */
function atOnce(urls: readonly string[], key: number, contentAt: (process: number) => string): Promise<Answer[]> {
  const one = (process: number): Promise<Answer> =>
    post(
      `${urls[process]}/remember`,
      { content: contentAt(process), namespace: 'raced' },
      { 'idempotency-key': `key-${key}`, prefer: WAIT },
    )
  return Promise.all(Array.from({ length: PARALLEL }, (_, i) => one(i % urls.length)))
}
