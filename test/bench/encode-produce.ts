import { requests } from 'kafkajs/src/protocol/requests/index.js'
import { encodeProduce } from '../../infra/kafka/encode-produce.ts'
import type { ProduceMessage } from '../../infra/kafka/record-batch.ts'

// node test/bench/encode-produce.ts: processor time of encoding an append to Kafka, against kafkajs' encoder of the same
// bytes (test/infra/kafka/encode-produce.test.ts), microseconds a record. Needs no broker.
const VALUE_BYTES = 378
const SIZES = [
  { records: 1, partitions: 1, rounds: 20_000 },
  { records: 16, partitions: 1, rounds: 3_000 },
  { records: 1_000, partitions: 12, rounds: 60 },
]

type Produce = (options: object) => { readonly request: { encode(): Promise<{ readonly buffer: Buffer }> } }
const produce = (requests.Produce as unknown as { protocol(of: { readonly version: number }): Produce }).protocol({
  version: 7,
})

const message = (n: number): ProduceMessage => ({
  key: Buffer.from('acme/default'),
  value: Buffer.alloc(VALUE_BYTES, n),
  headers: { ce_id: `0190a7c0-0000-7000-8000-${n}`, ce_type: 'Remember', ce_source: 'bench', ce_specversion: '1.0' },
  timestamp: 1_760_000_000_000 + n,
})

async function microsecondsOf(work: () => unknown, rounds: number): Promise<number> {
  for (let round = 0; round < rounds / 4; round++) await work()
  const begun = process.cpuUsage()
  for (let round = 0; round < rounds; round++) await work()
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / rounds
}

for (const { records, partitions: count, rounds } of SIZES) {
  const partitions = Array.from({ length: count }, (_, partition) => ({
    partition,
    messages: Array.from({ length: Math.ceil((records - partition) / count) }, (_, i) =>
      message(partition + i * count),
    ),
  }))
  const asText = partitions.map(({ partition, messages }) => ({
    ...{ partition, firstSequence: 0 },
    messages: messages.map((one) => ({ ...one, timestamp: String(one.timestamp) })),
  }))
  const [topic, acks, timeoutMs] = ['memory.commands', -1, 2_000] as const
  const theirRequest = { acks, timeout: timeoutMs, topicData: [{ topic, partitions: asText }] }
  const own = await microsecondsOf(() => encodeProduce({ topic, acks, timeoutMs, partitions }), rounds)
  const kafkajs = await microsecondsOf(async () => (await produce(theirRequest).request.encode()).buffer, rounds)
  const perRecord = (value: number): number => Number((value / records).toFixed(1))
  const ratio = Number((own / kafkajs).toFixed(2))
  console.log(JSON.stringify({ records, partitions: count, own: perRecord(own), kafkajs: perRecord(kafkajs), ratio }))
}
