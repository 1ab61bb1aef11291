import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'ava'
import { PARTITIONS } from '../../../domain/partition.ts'
import { createKafka } from '../../../infra/kafka/kafka-client.ts'
import { createKafkaLogWriter } from '../../../infra/kafka/kafka-log-writer.ts'
import type { LongTermStore } from '../../../projections/ports/long-term-store.ts'
import { eventually } from '../../support/eventually.ts'
import { InMemoryLongTermStore } from '../../support/in-memory-long-term-store.ts'
import { missingParts } from '../../support/real-parts.ts'
import { KafkaProxy } from './kafka-proxy.ts'
import { realKafka } from './kafka-settings.ts'
import { commandIdOf, numberedCommand } from './numbered-commands.ts'
import { type RunningConsumer, runConsumer } from './run-consumer.ts'
import { type TemporaryLog, temporaryLog } from './temporary-log.ts'

const RECORDS = 120
const DEADLINE_MS = 60_000

const missing = await missingParts('kafka')
const inKafka = missing === null ? test.serial : test.skip
let log: TemporaryLog

const all = Array.from({ length: PARTITIONS }, (_, partition) => partition)
const everyCommand = all.flatMap((partition) => Array.from({ length: RECORDS }, (_, n) => commandIdOf(partition, n)))

/** Each command has its effect, once. */
function whatIsMissing(store: InMemoryLongTermStore, expected: readonly string[] = everyCommand): string {
  const folded = store.outcomes.map(({ commandId }) => commandId)
  const lost = expected.filter((id) => !folded.includes(id)).length
  return `${lost} lost, ${folded.length - new Set(folded).size} twice`
}
const untilFolded = (store: InMemoryLongTermStore, expected = everyCommand) =>
  eventually(() => assert.equal(whatIsMissing(store, expected), '0 lost, 0 twice'), DEADLINE_MS)

const untilReady = ({ projector }: RunningConsumer) =>
  eventually(() => assert.ok(all.every((partition) => projector.state(partition).name === 'ready')), DEADLINE_MS)

if (missing === null) {
  test.before(async (t) => {
    t.timeout(DEADLINE_MS)
    log = await temporaryLog(realKafka())
    const writer = createKafkaLogWriter(realKafka(), { ...log, appendTimeoutMs: DEADLINE_MS, tryTimeoutMs: 20_000 })
    const results = await writer.append(
      all.flatMap((partition) => Array.from({ length: RECORDS }, (_, n) => numberedCommand(partition, n))),
    )
    t.true(results.every(({ status }) => status === 'appended'))
    await writer.close()
  })
  test.after.always(() => log?.remove())
}

inKafka('two members of a group share the partitions, and every record is folded once', async (t) => {
  t.timeout(2 * DEADLINE_MS)
  const store = new InMemoryLongTermStore()
  const group = `test-${randomUUID()}`
  const one = await runConsumer(log, group, store)
  const two = await runConsumer(log, group, store)
  await eventually(() => assert.deepEqual([one.assigned().length, two.assigned().length], [6, 6]), DEADLINE_MS)
  await untilFolded(store)
  t.deepEqual(
    [...one.assigned(), ...two.assigned()].sort((a, b) => a - b),
    all,
  )
  await one.close()
  await eventually(() => assert.deepEqual(two.assigned(), all), DEADLINE_MS)
  t.true(one.joined())
  await two.close()
  t.deepEqual([...one.seen.fatal, ...two.seen.fatal], [])
})

inKafka('rewinding or deleting the offsets of the group changes nothing', async (t) => {
  t.timeout(2 * DEADLINE_MS)
  const store = new InMemoryLongTermStore()
  const group = `test-${randomUUID()}`
  const first = await runConsumer(log, group, store)
  await untilFolded(store)
  await first.close()
  const folded = store.contents()

  const admin = createKafka(realKafka()).admin()
  await admin.connect()
  const committed = await admin.fetchOffsets({ groupId: group, topics: [log.topic] })
  t.deepEqual(
    committed[0]?.partitions.map(({ offset }) => offset).sort(),
    all.map(() => String(RECORDS + 1)),
  )
  const rewound = all.map((partition) => ({ partition, offset: '0' }))
  await admin.setOffsets({ groupId: group, topic: log.topic, partitions: rewound })
  const second = await runConsumer(log, group, store)
  await untilReady(second)
  await second.close()
  t.deepEqual(second.seen.offered, new Map())

  await admin.deleteGroups([group])
  await admin.disconnect()
  const third = await runConsumer(log, group, store)
  await untilReady(third)
  await third.close()
  t.deepEqual(third.seen.offered, new Map())
  t.deepEqual(store.contents(), folded)
})

inKafka('a store that fails for a while is waited for', async (t) => {
  t.timeout(2 * DEADLINE_MS)
  const store = new InMemoryLongTermStore()
  let failures = 40
  const failing: LongTermStore = {
    checkpoint: (partition) => store.checkpoint(partition),
    load: (needs) => store.load(needs),
    async move(...args) {
      if (failures-- > 0) throw new Error('connection refused')
      return await store.move(...args)
    },
  }
  const consumer = await runConsumer(log, `test-${randomUUID()}`, failing)
  await untilFolded(store)
  await consumer.close()
  t.true(consumer.seen.waiting.length >= 40)
  t.deepEqual(consumer.seen.stopped, [])
  t.deepEqual(consumer.seen.fatal, [])
})

inKafka('batches that are delivered twice, to two groups over one store, are folded once', async (t) => {
  t.timeout(2 * DEADLINE_MS)
  const store = new InMemoryLongTermStore()
  const one = await runConsumer(log, `test-${randomUUID()}`, store)
  const two = await runConsumer(log, `test-${randomUUID()}`, store)
  await untilFolded(store)
  await untilReady(one)
  await untilReady(two)
  await Promise.all([one.close(), two.close()])
  t.is(whatIsMissing(store), '0 lost, 0 twice')
  t.deepEqual([...one.seen.stopped, ...two.seen.stopped], [])
})

inKafka('a checkpoint beyond the end of the log stops its partition, and no other', async (t) => {
  t.timeout(2 * DEADLINE_MS)
  const store = new InMemoryLongTermStore()
  store.checkpoints.set(3, { ...(await store.checkpoint(3)), offset: 9_999, lastCommandId: commandIdOf(3, 1) })
  const consumer = await runConsumer(log, `test-${randomUUID()}`, store)
  const expected = everyCommand.filter(
    (id) => !Array.from({ length: RECORDS }, (_, n) => commandIdOf(3, n)).includes(id),
  )
  await untilFolded(store, expected)
  await eventually(() => assert.equal(consumer.projector.state(3).name, 'stopped'), DEADLINE_MS)
  await consumer.close()
  t.regex(consumer.seen.stopped[0] ?? '', /the log was cut or exchanged/)
  t.is(store.outcomes.length, expected.length)
})

inKafka('a broker that is gone for a while is waited for, and leaving it takes no longer than allowed', async (t) => {
  t.timeout(2 * DEADLINE_MS)
  const proxy = new KafkaProxy(Number(realKafka().brokers[0]!.split(':')[1]))
  await proxy.listen()
  const settings = { ...realKafka(), brokers: [proxy.address] }
  await proxy.refuse()
  const store = new InMemoryLongTermStore()
  const consumer = await runConsumer(log, `test-${randomUUID()}`, store, { settings })
  t.false(consumer.joined())
  await proxy.listen()
  await untilFolded(store)
  proxy.cut()
  const writer = createKafkaLogWriter(realKafka(), log)
  await writer.append(all.map((partition) => numberedCommand(partition, RECORDS)))
  await writer.close()
  await untilFolded(store, [...everyCommand, ...all.map((partition) => commandIdOf(partition, RECORDS))])
  await proxy.refuse()
  await consumer.close()
  t.deepEqual(consumer.seen.fatal, [])
})

inKafka('a bug in a fold is told once, and nothing is folded after it', async (t) => {
  t.timeout(2 * DEADLINE_MS)
  const store = new InMemoryLongTermStore()
  const consumer = await runConsumer(log, `test-${randomUUID()}`, store, {
    bug() {
      throw new TypeError('cannot read properties of undefined')
    },
  })
  await eventually(() => assert.equal(consumer.seen.fatal.length, 1), DEADLINE_MS)
  await consumer.close()
  t.is(consumer.seen.fatal.length, 1)
  t.is(store.outcomes.length, 0)
})

if (missing !== null) test.skip(`partitions of the real Kafka are folded: ${missing}`, () => {})
