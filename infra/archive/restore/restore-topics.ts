import type { CommandCodec } from '../../../schemas/command-codec.ts'
import { checkTopics } from '../../kafka/check-topics.ts'
import { deleteRecords } from '../../kafka/delete-records.ts'
import { createKafkaLogReader } from '../../kafka/kafka-log-reader.ts'
import { createKafkaLogWriter } from '../../kafka/kafka-log-writer.ts'
import type { KafkaSettings } from '../../kafka/kafka-settings.ts'
import type { TopicOptions } from '../../kafka/topic-catalogue.ts'
import { COMMANDS_TOPIC, EVENTS_TOPIC, KEYS_TOPIC, OPERATIONS_TOPIC } from '../../kafka/topic-catalogue.ts'
import { createMissingTopics } from '../../kafka/topics.ts'
import { ArchiveError } from '../archive-error.ts'
import { type ArchiveManifest, partitionFolder } from '../archive-manifest.ts'
import { archivedTopics } from '../archived-topics.ts'
import { placedRecords } from './placed-records.ts'
import { restorePartition } from './restore-partition.ts'

export interface RestoreTopicsOptions {
  readonly folder: string
  readonly manifest: ArchiveManifest
  readonly settings: KafkaSettings
  readonly topics: TopicOptions
  /** Reads what the archived schemas describe. */
  readonly codec: CommandCodec
  /** Hears of records that were appended. */
  readonly progress: (topic: string, records: number) => void
}

/** Settings that decide whether records stay. */
const KEEPING = new Set(['cleanup.policy', 'retention.ms', 'retention.bytes', 'message.timestamp.type'])
/** Log first, then keys, then the audit. */
const ORDER = [COMMANDS_TOPIC, KEYS_TOPIC, OPERATIONS_TOPIC, EVENTS_TOPIC]
/** What is not answered by then is looked for in the log before anything is appended again. */
const APPEND_TIMEOUT_MS = 20_000

/**
 * Makes the topics that are missing and puts the archived records into them, each at its own offset. May be called again after any
 * failure. Throws an `ArchiveError` where a topic holds something else.
 */
export async function restoreTopics(options: RestoreTopicsOptions): Promise<void> {
  const { settings, topics } = options
  await createMissingTopics(settings, topics)
  await refuseOtherTopics(options)
  for (const name of ORDER) await restoreTopic(name, options)
}

/** Where records would be put that Kafka takes away again, or into fewer partitions than they come from. */
async function refuseOtherTopics({ settings, topics, codec }: RestoreTopicsOptions): Promise<void> {
  const differences = await checkTopics(settings, { ...topics, codec })
  const fatal = differences.filter(
    (one) => one.kind === 'partitions' || (one.kind === 'config' && KEEPING.has(one.name)),
  )
  if (fatal.length === 0) return
  const what = fatal.map((one) => `${one.topic} (${JSON.stringify(one)})`).join(', ')
  throw new ArchiveError(
    `Topics are there that differ from those of this release: ${what}. Delete them or mend them first`,
  )
}

async function restoreTopic(name: string, options: RestoreTopicsOptions): Promise<void> {
  const { folder, manifest, settings, topics, progress } = options
  const topic = `${topics.prefix ?? ''}${name}`
  const { kind } = archivedTopics.find((one) => one.name === name)!
  const reader = createKafkaLogReader(settings, { topic })
  const limits = { appendTimeoutMs: APPEND_TIMEOUT_MS, tryTimeoutMs: APPEND_TIMEOUT_MS, tries: 1 }
  const writer = createKafkaLogWriter(settings, { topic, generations: [], ...limits })
  try {
    for (const [partition, archived] of manifest.topics[name]!.entries()) {
      await restorePartition({
        ...{ topic, partition, reader, writer, kind },
        placed: () => placedRecords(partitionFolder(folder, name, partition), partition, archived),
        progress: (records) => progress(name, records),
      })
      const isTrimmed = archived.start > (await reader.start(partition))
      if (isTrimmed) await deleteRecords(settings, topic, partition, archived.start)
    }
  } finally {
    await Promise.all([reader.close(), writer.close()])
  }
}
