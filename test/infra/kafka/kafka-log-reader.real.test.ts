import test from 'ava'
import { type Kafka, Partitioners } from 'kafkajs'
import { createKafka } from '../../../infra/kafka/kafka-client.ts'
import { createKafkaLogReader } from '../../../infra/kafka/kafka-log-reader.ts'
import { createKafkaLogWriter } from '../../../infra/kafka/kafka-log-writer.ts'
import { LogHeads } from '../../../infra/kafka/log-heads.ts'
import { readGenesis } from '../../../infra/kafka/read-genesis.ts'
import { OffsetOutOfRangeError } from '../../../projections/ports/offset-out-of-range-error.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { NO_LIMIT, newRecord, textsFrom } from '../../contract/log-adapter.ts'
import { missingParts } from '../../support/real-parts.ts'
import { realKafka } from './kafka-settings.ts'
import { type TemporaryLog, temporaryLog } from './temporary-log.ts'

const SETTLE_MS = 60_000

const missing = await missingParts('kafka')
const inKafka = missing === null ? test : test.skip
let log: TemporaryLog
let kafka: Kafka

if (missing === null) {
  test.before(async (t) => {
    t.timeout(SETTLE_MS)
    kafka = createKafka(realKafka())
    log = await temporaryLog(realKafka())
  })
  test.after.always(() => log?.remove())
} else {
  test.skip(`the log in Kafka is read: ${missing}`, () => {})
}

const writerOf = () => createKafkaLogWriter(realKafka(), { ...log, appendTimeoutMs: SETTLE_MS, tryTimeoutMs: 20_000 })

inKafka('control records leave gaps, which reading passes over', async (t) => {
  t.timeout(SETTLE_MS)
  const producer = kafka.producer({
    transactionalId: log.topic,
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  for (const text of ['one', 'two']) {
    const transaction = await producer.transaction()
    await transaction.send({ topic: log.topic, messages: [{ partition: 0, key: '', value: text }] })
    await transaction.commit()
  }
  await producer.disconnect()
  // Genesis, one, its commit, two, its commit.
  t.deepEqual(await textsFrom(log.reader, 0, 1), ['one', 'two'])
  const [second] = await log.reader.read(0, 2, { ...NO_LIMIT, records: 1 })
  t.is(second?.offset, 3)
  t.is(await log.reader.end(0), 5)
  t.deepEqual(await log.reader.read(0, 4, NO_LIMIT), [])
})

inKafka('reading may begin in the middle of a batch, and go on where a page ended within it', async (t) => {
  t.timeout(SETTLE_MS)
  const writer = writerOf()
  await writer.append(Array.from({ length: 50 }, (_, i) => newRecord(1, `${i}`)))
  await writer.close()
  const page = await log.reader.read(1, 21, { ...NO_LIMIT, records: 5 })
  t.deepEqual(
    page.map(({ offset }) => offset),
    [21, 22, 23, 24, 25],
  )
  const next = await log.reader.read(1, 26, { ...NO_LIMIT, records: 5 })
  t.deepEqual(
    next.map(({ offset }) => offset),
    [26, 27, 28, 29, 30],
  )
  const back = await log.reader.read(1, 3, { ...NO_LIMIT, records: 2 })
  t.deepEqual(
    back.map(({ value }) => Buffer.from(value).toString()),
    ['2', '3'],
  )
})

inKafka('a page that ends within a batch is followed by what was appended meanwhile', async (t) => {
  t.timeout(SETTLE_MS)
  const writer = writerOf()
  await writer.append([newRecord(2, 'a'), newRecord(2, 'b'), newRecord(2, 'c')])
  await log.reader.read(2, 1, { ...NO_LIMIT, records: 2 })
  await writer.append([newRecord(2, 'd')])
  await writer.close()
  t.deepEqual(await textsFrom(log.reader, 2, 3), ['c', 'd'])
})

inKafka('offsets that the log does not hold are named, with what it holds', async (t) => {
  t.timeout(SETTLE_MS)
  const beyond = await t.throwsAsync(log.reader.read(3, 99, NO_LIMIT), { instanceOf: OffsetOutOfRangeError })
  t.is(beyond.message, 'offset 99 is not in partition 3 of the log, which begins at 0 and ends before 1')
  t.deepEqual([beyond.partition, beyond.offset], [3, 99])
  await t.throwsAsync(log.reader.end(12), { instanceOf: RangeError, message: /partition 12 .* does not exist/ })
})

inKafka('a log of one generation names it, and one that was not opened is refused with its partition', async (t) => {
  t.timeout(SETTLE_MS)
  const codec = createCommandCodec()
  t.deepEqual(await readGenesis(log.reader, codec), log.generations)
  const foreign = { ...codec, decode: () => ({ ok: false, reason: 'undecodable', detail: 'x' }) as const }
  await t.throwsAsync(readGenesis(log.reader, foreign), { message: /^partition 0 of the log begins with bytes/ })
})

inKafka('heads that are asked for while others are asked include what was appended before', async (t) => {
  t.timeout(SETTLE_MS)
  const heads = new LogHeads(realKafka(), { topic: log.topic, timeoutMs: 20_000 })
  const writer = writerOf()
  t.is(heads.head(4), -1)
  for (let round = 1; round <= 20; round++) {
    const early = heads.refresh()
    await writer.append([newRecord(4, `${round}`)])
    await Promise.all([heads.refresh(), heads.refresh()])
    t.is(heads.head(4), round)
    await early
  }
  await Promise.all([writer.close(), heads.close()])
})

inKafka('what is open when a reader is closed fails, and soon', async (t) => {
  const reader = createKafkaLogReader(realKafka(), log)
  await reader.end(5)
  await reader.close()
  await t.throwsAsync(reader.end(5), { message: /the log is closed/ })
})
