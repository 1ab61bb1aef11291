import assert from 'node:assert/strict'
import test from 'ava'
import { createKafkaLogReader } from '../../../infra/kafka/kafka-log-reader.ts'
import { createKafkaLogWriter, type KafkaLogWriter } from '../../../infra/kafka/kafka-log-writer.ts'
import type { KafkaSettings } from '../../../infra/kafka/kafka-settings.ts'
import { LogHeads } from '../../../infra/kafka/log-heads.ts'
import { LogUnavailableError } from '../../../projections/ports/log-unavailable-error.ts'
import { NO_LIMIT, newRecord, textsFrom } from '../../contract/log-adapter.ts'
import { eventually } from '../../support/eventually.ts'
import { missingParts } from '../../support/real-parts.ts'
import { KafkaProxy } from './kafka-proxy.ts'
import { realKafka } from './kafka-settings.ts'
import { type TemporaryLog, temporaryLog } from './temporary-log.ts'

const SETTLE_MS = 60_000

const missing = await missingParts('kafka')
const inKafka = missing === null ? test.serial : test.skip
let log: TemporaryLog
let proxy: KafkaProxy
let settings: KafkaSettings

if (missing === null) {
  test.before(async (t) => {
    t.timeout(SETTLE_MS)
    log = await temporaryLog(realKafka())
    proxy = new KafkaProxy(Number(realKafka().brokers[0]!.split(':')[1]))
    await proxy.listen()
    settings = { ...realKafka(), brokers: [proxy.address] }
  })
  test.beforeEach(() => {
    proxy.mode = 'pass'
  })
  test.after.always(async () => {
    await proxy?.refuse()
    await log?.remove()
  })
} else {
  test.skip(`the log in Kafka bears faults of its connections: ${missing}`, () => {})
}

/** A writer that gives up sooner than in production, and has connected. */
async function connectedWriter(partition: number): Promise<KafkaLogWriter> {
  const writer = createKafkaLogWriter(settings, { ...log, appendTimeoutMs: 2_500, tryTimeoutMs: 1_000 })
  await writer.append([newRecord(partition, 'first')])
  return writer
}

inKafka('with the broker gone, an append is certainly not written, and works when it is back', async (t) => {
  const writer = await connectedWriter(0)
  await proxy.refuse()
  // The first may be handed to a connection whose end has not been heard of yet.
  await writer.append([newRecord(0, 'at the edge')])
  const [refused] = await writer.append([newRecord(0, 'refused')])
  await proxy.listen()
  const [appended] = await writer.append([newRecord(0, 'after')])
  await writer.close()
  t.is(refused?.status, 'not-written')
  t.is(appended?.status, 'appended')
  t.deepEqual(await textsFrom(log.reader, 0, 1), ['first', 'after'])
})

inKafka('when answers are lost, the append is unknown, and the next one works over other connections', async (t) => {
  const writer = await connectedWriter(1)
  proxy.mode = 'drop-answers'
  const [lost] = await writer.append([newRecord(1, 'lost')])
  proxy.mode = 'pass'
  const [appended] = await writer.append([newRecord(1, 'after')])
  await writer.close()
  t.is(lost?.status, 'unknown')
  t.is(appended?.status, 'appended')
  const texts = await textsFrom(log.reader, 1, 1)
  t.deepEqual(new Set(texts), new Set(['first', 'lost', 'after']))
  t.is(texts.at(-1), 'after')
})

inKafka('a connection that turned half-open makes the append unknown, and does not wedge the next one', async (t) => {
  const writer = await connectedWriter(2)
  proxy.mode = 'drop-all'
  const [void_] = await writer.append([newRecord(2, 'into the void')])
  proxy.mode = 'pass'
  const [appended] = await writer.append([newRecord(2, 'after')])
  await writer.close()
  t.is(void_?.status, 'unknown')
  t.is(appended?.status, 'appended')
  t.deepEqual(await textsFrom(log.reader, 2, 1), ['first', 'after'])
})

inKafka('an append whose first answer is lost names the offset that its second was given', async (t) => {
  const writer = await connectedWriter(3)
  proxy.mode = 'drop-answers'
  const dropped = proxy.droppedAnswers
  const appending = writer.append([newRecord(3, 'twice'), newRecord(3, 'too')])
  await eventually(() => assert.ok(proxy.droppedAnswers > dropped))
  proxy.mode = 'pass'
  const results = await appending
  await writer.close()
  for (const [i, text] of ['twice', 'too'].entries()) {
    const result = results[i]
    t.is(result?.status, 'appended')
    const offset = result?.status === 'appended' ? result.offset : -1
    const [found] = await log.reader.read(3, offset, { ...NO_LIMIT, records: 1 })
    t.is(Buffer.from(found?.value ?? []).toString(), text)
  }
  t.deepEqual(await textsFrom(log.reader, 3, 1), ['first', 'twice', 'too', 'twice', 'too'])
})

inKafka('with one try, an append whose answer is lost is unknown, and stands in the log once', async (t) => {
  const limits = { appendTimeoutMs: 10_000, tryTimeoutMs: 1_000, tries: 1 }
  const writer = createKafkaLogWriter(settings, { ...log, ...limits })
  await writer.append([newRecord(11, 'first')])
  proxy.mode = 'drop-answers'
  const [lost] = await writer.append([newRecord(11, 'once')])
  proxy.mode = 'pass'
  await writer.close()
  t.is(lost?.status, 'unknown')
  await eventually(async () => assert.deepEqual(await textsFrom(log.reader, 11, 1), ['first', 'once']))
})

inKafka('before it was ever connected, what cannot be sent is certainly not written', async (t) => {
  proxy.mode = 'drop-all'
  const writer = createKafkaLogWriter(settings, { ...log, appendTimeoutMs: 1_500, tryTimeoutMs: 1_000 })
  const [result] = await writer.append([newRecord(4, 'never')])
  proxy.mode = 'pass'
  await writer.close()
  t.is(result?.status, 'not-written')
  t.is(await log.reader.end(4), 1)
})

inKafka('a record that the topic does not admit is not written, and the others are', async (t) => {
  const writer = createKafkaLogWriter(realKafka(), { ...log, appendTimeoutMs: 20_000, tryTimeoutMs: 10_000 })
  const results = await writer.append([newRecord(5, 'x'.repeat(5 << 20)), newRecord(6, 'small')])
  await writer.close()
  t.deepEqual(
    results.map(({ status }) => status),
    ['not-written', 'appended'],
  )
  t.is(await log.reader.end(5), 1)
})

inKafka('reads and heads go on over other connections when theirs are cut', async (t) => {
  const reader = createKafkaLogReader(settings, log)
  const heads = new LogHeads(settings, { ...log, timeoutMs: 3_000 })
  await Promise.all([reader.read(7, 0, NO_LIMIT), heads.refresh()])
  proxy.cut()
  t.is((await reader.read(7, 0, NO_LIMIT)).length, 1)
  await heads.refresh()
  t.is(heads.head(7), 0)
  t.is(heads.failure(), null)
  await Promise.all([reader.close(), heads.close()])
})

inKafka('with the broker gone, reads and heads fail in bounded time and say so', async (t) => {
  const reader = createKafkaLogReader(settings, { ...log, readTimeoutMs: 500 })
  const heads = new LogHeads(settings, { ...log, timeoutMs: 500 })
  await proxy.refuse()
  await t.throwsAsync(reader.read(8, 0, NO_LIMIT), { instanceOf: LogUnavailableError })
  await t.throwsAsync(heads.refresh(), { instanceOf: LogUnavailableError })
  t.regex(heads.failure()?.message ?? '', /did not answer within 500 ms/)
  await proxy.listen()
  await Promise.all([reader.close(), heads.close()])
})
