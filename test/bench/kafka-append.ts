import { type Message, Partitioners, type Producer } from 'kafkajs'
import { Appender, defaultAppenderOptions } from '../../commands/appender.ts'
import type { LogWriter, NewRecord } from '../../commands/ports/log-writer.ts'
import { createKafka } from '../../infra/kafka/kafka-client.ts'
import { createKafkaLogWriter } from '../../infra/kafka/kafka-log-writer.ts'
import { realKafka } from '../infra/kafka/kafka-settings.ts'
import { temporaryLog } from '../infra/kafka/temporary-log.ts'
import { missingParts } from '../support/real-parts.ts'

// node test/bench/kafka-append.ts: records through Appender and the Kafka writer, as many waiting at once as `waiting`
// says, against kafkajs' own producer that sends the same records in the batches that the appender had made, one at a
// time, acks from all. In turns, on topics of twelve partitions.
const VALUE_BYTES = 1_400
const ROUNDS = 3
const SIZES = [
  { waiting: 1, partitions: 1, records: 1_000 },
  { waiting: 100, partitions: 1, records: 10_000 },
  { waiting: 100, partitions: 12, records: 10_000 },
  { waiting: 1_000, partitions: 1, records: 30_000 },
  { waiting: 1_000, partitions: 12, records: 30_000 },
]

type Cut = ReadonlyArray<readonly NewRecord[]>

const missing = await missingParts('kafka')
if (missing === null) await run()
else console.log(missing)

async function run(): Promise<void> {
  const settings = realKafka()
  const log = await temporaryLog(settings)
  const writer = createKafkaLogWriter(settings, log)
  const producer = createKafka(settings).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
  })
  await producer.connect()
  try {
    for (const size of SIZES) console.log(JSON.stringify(await compare(size, { writer, producer, topic: log.topic })))
  } finally {
    await Promise.all([writer.close(), producer.disconnect()])
    await log.remove()
  }
}

interface Parts {
  readonly writer: LogWriter
  readonly producer: Producer
  readonly topic: string
}

async function compare({ waiting, partitions, records }: (typeof SIZES)[number], { writer, producer, topic }: Parts) {
  const raw: number[] = []
  const append: number[] = []
  let batches = 0
  for (let round = 0; round < ROUNDS; round++) {
    const { cut, ms } = await throughAppender(writer, { waiting, partitions, records })
    batches = cut.length
    append.push((records / ms) * 1_000)
    raw.push((records / (await throughProducer(producer, topic, cut))) * 1_000)
  }
  const best = { raw: Math.max(...raw), append: Math.max(...append) }
  return {
    waiting,
    partitions,
    meanBatch: Math.round(records / batches),
    rawRecordsPerSecond: Math.round(best.raw),
    appendRecordsPerSecond: Math.round(best.append),
    ratio: Number((best.append / best.raw).toFixed(2)),
  }
}

async function throughAppender(
  writer: LogWriter,
  { waiting, partitions, records }: (typeof SIZES)[number],
): Promise<{ readonly cut: Cut; readonly ms: number }> {
  const cut: Array<readonly NewRecord[]> = []
  const recording: LogWriter = {
    append(batch) {
      cut.push(batch)
      return writer.append(batch)
    },
  }
  const appender = new Appender(recording, { ...defaultAppenderOptions, answerTimeoutMs: 60_000 })
  const made = Array.from({ length: records }, (_, n) => record(n, partitions))
  let next = 0
  const client = async (): Promise<void> => {
    while (next < records) {
      const result = await appender.append(made[next++]!)
      if (result.status !== 'appended') throw result.cause
    }
  }
  const begin = performance.now()
  await Promise.all(Array.from({ length: waiting }, client))
  return { cut, ms: performance.now() - begin }
}

async function throughProducer(producer: Producer, topic: string, cut: Cut): Promise<number> {
  const batches = cut.map((batch) =>
    batch.map(
      ({ partition, key, value, headers, timestamp }): Message => ({
        partition,
        key: key as Buffer,
        value: value as Buffer,
        headers,
        timestamp: String(timestamp),
      }),
    ),
  )
  const begin = performance.now()
  for (const messages of batches) await producer.send({ topic, acks: -1, messages })
  return performance.now() - begin
}

function record(n: number, partitions: number): NewRecord {
  return {
    partition: n % partitions,
    key: Buffer.from('acme/default'),
    value: Buffer.alloc(VALUE_BYTES, n),
    headers: { ce_id: `0190a7c0-0000-7000-8000-${n}`, ce_type: 'Remember', ce_source: 'bench', ce_specversion: '1.0' },
    timestamp: 1_760_000_000_000 + n,
  }
}
