import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import type { CommandApi, Receipt } from '../../../commands/command-api.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { type Random, seededRandom } from '../../chaos/cluster/random.ts'
import { caller, identity, openEmbedded, rememberRequest, waiting } from '../../support/embedded.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const WRITES = Number(process.env.SOMABRAIN_TEST_IDEMPOTENT_WRITES ?? 5_000)
const PARALLEL = 24
/** Every so many writes all 24 send the same one at the same moment. */
const STAMPEDE_EVERY = 50

interface Written {
  readonly ids: Set<string>
  attempts: number
  replayed: number
  inFlight: number
}

/** A client: what is in flight is asked for again, until there is an answer. */
async function remember(commands: CommandApi, write: number, written: Written): Promise<Receipt> {
  for (;;) {
    written.attempts += 1
    try {
      const receipt = await commands.remember(
        caller({ idempotencyKey: `write-${write}` }),
        rememberRequest(`memory ${write}`, { namespace: namespaceOf(write) }),
      )
      if (receipt.replayed) written.replayed += 1
      written.ids.add(`${write} ${receipt.commandId} ${receipt.memoryId}`)
      return receipt
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'request_in_flight') throw error
      written.inFlight += 1
      await pause(1)
    }
  }
}

const NAMESPACES = 8
const namespaceOf = (write: number): string => `n${write % NAMESPACES}`

/** Each write a few times: at once, and again some time later; now and then from everybody together. */
async function writeAll(commands: CommandApi, written: Written): Promise<void> {
  let next = 0
  const later: number[] = []
  const worker = async (random: Random): Promise<void> => {
    for (;;) {
      const write = next
      next += 1
      if (write >= WRITES) break
      const copies = write % STAMPEDE_EVERY === 0 ? PARALLEL : 1 + random.int(3)
      await Promise.all(Array.from({ length: copies }, () => remember(commands, write, written)))
      later.push(write)
      if (random.int(2) === 0) await remember(commands, later.splice(random.int(later.length), 1)[0]!, written)
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, (_, seed) => worker(seededRandom(seed))))
}

/** Waits for the fold of every namespace, then counts. */
async function countStored(embedded: Awaited<ReturnType<typeof openEmbedded>>): Promise<number> {
  for (let i = 0; i < NAMESPACES; i++) {
    const again = waiting({ idempotencyKey: `write-${i}` })
    await embedded.commands.remember(again, rememberRequest(`memory ${i}`, { namespace: namespaceOf(i) }))
  }
  while (embedded.lag() > 0) await pause(10)
  const { items } = await embedded.query.namespaces(identity, { limit: NAMESPACES, cursor: null })
  return items.reduce((sum, { memories }) => sum + memories, 0)
}

async function retryAFew(t: ExecutionContext, commands: CommandApi, written: Written): Promise<void> {
  const before = written.ids.size
  const few = Array.from({ length: 100 }, (_, i) => Math.floor((i * WRITES) / 100))
  const receipts = await Promise.all(few.map((write) => remember(commands, write, written)))
  t.true(receipts.every(({ replayed }) => replayed))
  t.is(written.ids.size, before, 'a retry is told the ids of the first')
}

test(`${WRITES} writes, each retried by up to ${PARALLEL} at once, are ${WRITES} memories, also after the derived stores were wiped`, async (t) => {
  t.timeout(7_200_000)
  const folder = temporaryFolder(t)
  const first = await openEmbedded(t, folder)
  const written: Written = { ids: new Set(), attempts: 0, replayed: 0, inFlight: 0 }
  const started = performance.now()
  await writeAll(first.commands, written)
  t.is(await countStored(first), WRITES)
  t.is(written.ids.size, WRITES, 'one command and one memory for every key')
  t.true(written.replayed > WRITES / 10 && written.inFlight > 0, 'retries met both the lock and the first answer')
  const { attempts, replayed, inFlight } = written
  t.log(JSON.stringify({ writes: WRITES, attempts, replayed, inFlight, seconds: (performance.now() - started) / 1000 }))
  await retryAFew(t, first.commands, written)
  await first.close()

  // Answers are a fold of the log: another process finds them, and so does one that has to fold them again.
  const second = await openEmbedded(t, folder)
  await retryAFew(t, second.commands, written)
  await second.close()
  for (const file of ['state.db', 'edge.db']) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `${file}${suffix}`), { force: true })
  }
  const third = await openEmbedded(t, folder)
  t.is(await countStored(third), WRITES)
  await retryAFew(t, third.commands, written)
  t.is(await countStored(third), WRITES)
})
