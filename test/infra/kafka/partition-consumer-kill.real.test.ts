import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { LONG_TERM_FOLD_VERSION } from '../../../domain/long-term/fold.ts'
import { PARTITIONS } from '../../../domain/partition.ts'
import { createKafkaLogWriter } from '../../../infra/kafka/kafka-log-writer.ts'
import { prepareState } from '../../../infra/sqlite/long-term/prepare-state.ts'
import { openOutcomeRange } from '../../../infra/sqlite/long-term/read-outcomes.ts'
import { openSqliteLongTermStore } from '../../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import { eventually } from '../../support/eventually.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../sqlite/temporary-stores.ts'
import { realKafka } from './kafka-settings.ts'
import { numberedCommand } from './numbered-commands.ts'
import { type RunningConsumer, runConsumer } from './run-consumer.ts'
import { type TemporaryLog, temporaryLog } from './temporary-log.ts'

const CHILD = fileURLToPath(new URL('./fold-until-killed.ts', import.meta.url))
const DEADLINE_MS = 60_000
const ROUND = 40

const missing = await missingParts('kafka')
const inKafka = missing === null ? test.serial : test.skip
const all = Array.from({ length: PARTITIONS }, (_, partition) => partition)

inKafka('a member that is frozen past its session, woken, and killed neither loses nor repeats anything', async (t) => {
  t.timeout(6 * DEADLINE_MS)
  const log = await temporaryLog(realKafka())
  t.teardown(() => log.remove())
  const file = stateFile(t, 'shared')
  const group = `test-${randomUUID()}`
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, log.topic, group, file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const store = openSqliteLongTermStore(file)
  const peer = await runConsumer(log, group, store)
  const append = appender(t, log)
  const untilFolded = () =>
    eventually(
      () =>
        assert.deepEqual(
          outcomesOf(file),
          all.map(() => append.count()),
        ),
      DEADLINE_MS,
    )

  await untilAssigned(peer, PARTITIONS / 2)
  await append.round()
  await untilFolded()

  child.kill('SIGSTOP')
  await append.round()
  await untilAssigned(peer, PARTITIONS)
  await untilFolded()

  // It wakes in the belief that it still has its partitions, and folds what it fetches for them.
  child.kill('SIGCONT')
  await append.round()
  await untilAssigned(peer, PARTITIONS / 2)
  await append.round()
  await untilFolded()

  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await append.round()
  await exit
  await untilAssigned(peer, PARTITIONS)
  await untilFolded()

  await peer.close()
  await append.close()
  t.deepEqual([...peer.seen.stopped, ...peer.seen.fatal], [])
  t.is(store.stateHash(), await undisturbedHash(t, log))
  store.close()
})

function stateFile(t: ExecutionContext, name: string): string {
  const file = join(temporaryFolder(t), `${name}.db`)
  prepareState(file, LONG_TERM_FOLD_VERSION)
  return file
}

const untilAssigned = (peer: RunningConsumer, count: number) =>
  eventually(() => assert.equal(peer.assigned().length, count), DEADLINE_MS)

/** How many outcomes each partition has. */
function outcomesOf(file: string): readonly number[] {
  const outcomes = openOutcomeRange(file)
  try {
    return all.map((partition) => outcomes.between(partition, -1, 1_000_000).length)
  } finally {
    outcomes.close()
  }
}

function appender(t: ExecutionContext, log: TemporaryLog) {
  const writer = createKafkaLogWriter(realKafka(), { ...log, appendTimeoutMs: DEADLINE_MS, tryTimeoutMs: 20_000 })
  let rounds = 0
  return {
    /** Commands of each partition so far. */
    count: () => rounds * ROUND,
    async round() {
      const from = rounds * ROUND
      rounds += 1
      const records = all.flatMap((partition) =>
        Array.from({ length: ROUND }, (_, i) => numberedCommand(partition, from + i)),
      )
      t.true((await writer.append(records)).every(({ status }) => status === 'appended'))
    },
    close: () => writer.close(),
  }
}

/** Of the same log, folded by one member that nothing happens to. */
async function undisturbedHash(t: ExecutionContext, log: TemporaryLog): Promise<string> {
  const store = openSqliteLongTermStore(stateFile(t, 'undisturbed'))
  const consumer = await runConsumer(log, `test-${randomUUID()}`, store)
  const ends = await Promise.all(all.map((partition) => log.reader.end(partition)))
  await eventually(async () => {
    const checkpoints = await Promise.all(all.map((partition) => store.checkpoint(partition)))
    assert.deepEqual(
      checkpoints.map(({ offset }) => offset + 1),
      ends,
    )
  }, DEADLINE_MS)
  await consumer.close()
  const hash = store.stateHash()
  store.close()
  return hash
}

if (missing !== null) test.skip(`a member of a group is killed: ${missing}`, () => {})
