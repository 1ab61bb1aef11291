import { setTimeout as pause } from 'node:timers/promises'
import test from 'ava'
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'
import { createKafka } from '../../../infra/kafka/kafka-client.ts'
import { createKafkaLogReader } from '../../../infra/kafka/kafka-log-reader.ts'
import { missingParts } from '../../support/real-parts.ts'
import { KafkaProxy } from './kafka-proxy.ts'
import { realKafka } from './kafka-settings.ts'
import { temporaryLog } from './temporary-log.ts'

const TURNS = 30

const missing = await missingParts('kafka')
const inKafka = missing === null ? test.serial : test.skip

if (missing !== null) test.skip(`kafkajs is mended: ${missing}`, () => {})

inKafka('a connection on which nothing waits does not wake up', async (t) => {
  const admin = createKafka(realKafka()).admin()
  await admin.connect()
  await admin.listTopics()
  let looks = 0
  const { checkPendingRequests } = RequestQueue.prototype
  RequestQueue.prototype.checkPendingRequests = function counted(this: RequestQueue) {
    looks += 1
    checkPendingRequests.call(this)
  }
  // As shipped, kafkajs looks once in each of these turns.
  for (let turn = 0; turn < TURNS; turn++) await pause(2)
  RequestQueue.prototype.checkPendingRequests = checkPendingRequests
  await admin.disconnect()
  t.is(looks, 0)
})

inKafka('reads that begin at once share their connections', async (t) => {
  t.timeout(60_000)
  const log = await temporaryLog(realKafka())
  const proxy = new KafkaProxy(Number(realKafka().brokers[0]!.split(':')[1]))
  await proxy.listen()
  const reader = createKafkaLogReader({ ...realKafka(), brokers: [proxy.address] }, log)
  const reads = Array.from({ length: 12 }, (_, partition) => reader.read(partition, 0, { records: 1, bytes: 1 }))
  t.true((await Promise.all(reads)).every((records) => records.length === 1))
  // One for questions, one for fetches.
  t.is(proxy.accepted, 2)
  await reader.close()
  await proxy.refuse()
  await log.remove()
})
