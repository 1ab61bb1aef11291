// npm run bench -- cluster-http        (or: node test/bench/cluster-http.ts [seconds])
// One process of each role on the real parts: HTTP remember through Kafka at 16 connections, beside kafkajs' own producer
// that sends the very records that came of it, as many at a time as there are connections; the time to an acknowledgement
// at 500 and 1,000 requests a second offered; and from a remember to a recall that includes it. JSON on standard output.
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { PARTITIONS } from '../../domain/partition.ts'
import { createKafka } from '../../infra/kafka/kafka-client.ts'
import { COMMANDS_TOPIC } from '../../infra/kafka/topic-catalogue.ts'
import { copyOfLog } from '../infra/cluster/older-log.ts'
import { realKafka } from '../infra/kafka/kafka-settings.ts'
import { type TestCluster, testCluster } from '../support/cluster.ts'
import { post } from '../support/http-client.ts'
import { missingParts } from '../support/real-parts.ts'
import { load } from './http-load.ts'
import { round, summary } from './http-measure.ts'
import { sentences } from './http-texts.ts'
import { offer } from './offered-load.ts'

const SECONDS = Number(process.argv[2] ?? 10)
const CONNECTIONS = 16
const SINGLES = 4_000
const VISIBLE = 300

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing === null) await run()
else console.log(missing)

async function run(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'somabrain-bench-'))
  const cluster = await testCluster(dataDir)
  try {
    console.log(JSON.stringify({ cpus: cpus().length, ...(await measure(cluster)) }, null, 2))
  } finally {
    await cluster.remove()
    rmSync(dataDir, { recursive: true })
  }
}

async function measure(cluster: TestCluster) {
  await cluster.start('projector')
  const [commands, query] = await Promise.all([cluster.start('commands'), cluster.start('query')])
  const bodies = [...sentences(SINGLES)].map(({ content, author, runId }) =>
    JSON.stringify({ namespace: 'bench', content, author, run_id: runId }),
  )
  const url = `${commands.url}/remember`
  await load(url, CONNECTIONS, bodies.slice(0, SINGLES / 4))
  const remember = await load(url, CONNECTIONS, bodies)
  const raw = await rawProducer(`${cluster.prefix}${COMMANDS_TOPIC}`)
  const offered500 = await offer(url, bodies, 500, SECONDS)
  const offered1000 = await offer(url, bodies, 1_000, SECONDS)
  return {
    remember,
    rawProducerPerSecond: raw,
    ratioToRawProducer: round(remember.perSecond / raw),
    ackAt500PerSecond: offered500,
    ackAt1000PerSecond: offered1000,
    rememberToRecall: await visible(commands.url, query.url),
  }
}

/**
 * Sends the records that a log holds once more, to a topic of its own: the same bytes, in the same partition, and as many at a
 * time as wait while each connection has one request under way. Acks from all. Records a second.
 */
async function rawProducer(log: string): Promise<number> {
  const probe = `${log}.raw`
  // A Genesis has no key.
  const records = (await copyOfLog(log)).flat().filter(({ key }) => key.length > 0)
  const messages = records.slice(-SINGLES).map(({ partition, key, value, headers, timestamp }) => ({
    partition,
    key: Buffer.from(key),
    value: Buffer.from(value),
    headers: { ...headers },
    timestamp: String(timestamp),
  }))
  const kafka = createKafka(realKafka())
  const [producer, admin] = [kafka.producer({ maxInFlightRequests: 1, allowAutoTopicCreation: false }), kafka.admin()]
  await Promise.all([producer.connect(), admin.connect()])
  await admin.createTopics({ topics: [{ topic: probe, numPartitions: PARTITIONS, replicationFactor: 1 }] })
  try {
    const started = performance.now()
    for (let sent = 0; sent < messages.length; sent += CONNECTIONS) {
      await producer.send({ topic: probe, acks: -1, messages: messages.slice(sent, sent + CONNECTIONS) })
    }
    return Math.round((messages.length * 1_000) / (performance.now() - started))
  } finally {
    await Promise.all([producer.disconnect(), admin.disconnect()])
  }
}

/** From sending a remember to having a recall that includes it, in another process. */
async function visible(commands: string, query: string) {
  const latencies: number[] = []
  const started = performance.now()
  for (let i = 0; i < VISIBLE; i++) {
    const begun = performance.now()
    const { body } = await post(`${commands}/remember`, {
      namespace: 'visible',
      content: `the ${i}th thing that was seen`,
    })
    const answer = await post(`${query}/recall`, { namespace: 'visible', query: `thing ${i}`, after: body.position })
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    latencies.push(performance.now() - begun)
  }
  return summary(latencies, performance.now() - started, 0)
}
