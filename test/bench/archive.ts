import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PARTITIONS } from '../../domain/partition.ts'
import { readManifest } from '../../infra/archive/archive-manifest.ts'
import { LogArchive } from '../../infra/archive/log-archive.ts'
import { restoreTopics } from '../../infra/archive/restore/restore-topics.ts'
import { verifyArchive } from '../../infra/archive/verify-archive.ts'
import { createKafkaLogReader, type KafkaLogReader } from '../../infra/kafka/kafka-log-reader.ts'
import { createKafkaLogWriter } from '../../infra/kafka/kafka-log-writer.ts'
import { COMMANDS_TOPIC } from '../../infra/kafka/topic-catalogue.ts'
import { createMissingTopics } from '../../infra/kafka/topics.ts'
import { catalogue } from '../../schemas/catalogue.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { readSchema } from '../../schemas/schema-content.ts'
import { realKafka } from '../infra/kafka/kafka-settings.ts'
import { quietKafka } from '../support/quiet-kafka.ts'
import { round } from './http-measure.ts'

// npm run stack -- up; node test/bench/archive.ts [thousands of records, default 300]: archiving a log against reading it and keeping
// nothing; restoring it against appending the same records by the same writer. All on one broker.
const THOUSANDS = Number(process.argv[2] ?? 300)
const BATCH = 1_000
const VALUE_BYTES = 700
/** No record of these may look like one of a schema. */
const NO_FRAME = Buffer.from([1])
const PAGE = { records: 10_000, bytes: 8 << 20 } as const

const topics = { prefix: `bench-${randomBytes(6).toString('hex')}.`, replication: 1, minInsync: 1 }
const settings = realKafka()
const folder = mkdtempSync(join(tmpdir(), 'somabrain-bench-'))
const readers = new Map<string, KafkaLogReader>()
const reader = (topic: string): KafkaLogReader => {
  const made = readers.get(topic) ?? createKafkaLogReader(settings, { topic: `${topics.prefix}${topic}` })
  readers.set(topic, made)
  return made
}
const schemas = JSON.stringify({
  schemas: catalogue.map((entry) => ({ id: entry.number, subject: entry.file, version: 1, schema: readSchema(entry) })),
})
const archive = new LogArchive({
  ...{ folder, topicPrefix: topics.prefix, reader, clock: Date.now, version: 'bench' },
  schemas: async () => schemas,
  tables: async () => '',
})
try {
  await createMissingTopics(settings, topics)
  const appendMs = await timed(append)
  const readMs = await timed(readAll)
  const archiveMs = await timed(() => archive.round())
  const idleMs = await timed(() => archive.round())
  const manifest = readManifest(folder)!
  let found = 0
  const verifyMs = await timed(async () => {
    const { records, problems } = verifyArchive(folder, { isSigned: null })
    if (problems.length > 0) throw new Error(problems.join('; '))
    found = records
  })
  await closeReaders()
  await removeTopics()
  const restoreMs = await timed(() =>
    restoreTopics({ folder, manifest, settings, topics, codec: createCommandCodec(), progress: () => undefined }),
  )
  const bytes = Object.values(manifest.topics).flatMap((partitions) => partitions.flatMap(({ segments }) => segments))
  console.log(
    JSON.stringify(
      {
        ...{ node: process.version, records: found },
        megabytes: round(bytes.reduce((sum, segment) => sum + segment.bytes, 0) / 1e6),
        archive: {
          seconds: round(archiveMs / 1e3),
          readAloneSeconds: round(readMs / 1e3),
          ratio: round(archiveMs / readMs),
        },
        roundWithoutNewsMs: round(idleMs),
        verifySeconds: round(verifyMs / 1e3),
        restore: {
          seconds: round(restoreMs / 1e3),
          appendAloneSeconds: round(appendMs / 1e3),
          ratio: round(restoreMs / appendMs),
        },
      },
      null,
      2,
    ),
  )
} finally {
  await closeReaders()
  await removeTopics()
  rmSync(folder, { recursive: true, force: true })
}

async function append(): Promise<void> {
  const writer = createKafkaLogWriter(settings, { topic: `${topics.prefix}${COMMANDS_TOPIC}`, generations: [] })
  try {
    for (let batch = 0; batch < THOUSANDS; batch++) {
      const partition = batch % PARTITIONS
      const records = Array.from({ length: BATCH }, () => ({
        ...{
          partition,
          key: randomBytes(24),
          value: Buffer.concat([NO_FRAME, randomBytes(VALUE_BYTES)]),
          timestamp: Date.now(),
        },
        headers: { ce_specversion: '1.0', ce_type: 'somabrain.Remember', ce_id: randomBytes(16).toString('hex') },
      }))
      const failed = (await writer.append(records)).find(({ status }) => status !== 'appended')
      if (failed !== undefined) throw new Error(`a record was ${failed.status}`)
    }
  } finally {
    await writer.close()
  }
}

async function readAll(): Promise<void> {
  const commands = reader(COMMANDS_TOPIC)
  for (let partition = 0; partition < PARTITIONS; partition++) {
    for (let next = 0; ; ) {
      const page = await commands.read(partition, next, PAGE)
      if (page.length === 0) break
      next = page.at(-1)!.offset + 1
    }
  }
}

async function timed(work: () => unknown): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

async function closeReaders(): Promise<void> {
  await Promise.all([...readers.values()].map((one) => one.close()))
  readers.clear()
}

async function removeTopics(): Promise<void> {
  const admin = quietKafka([...settings.brokers]).admin()
  await admin.connect()
  try {
    const own = (await admin.listTopics()).filter((topic) => topic.startsWith(topics.prefix))
    if (own.length > 0) await admin.deleteTopics({ topics: own })
  } finally {
    await admin.disconnect()
  }
}
