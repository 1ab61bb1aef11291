// The default: Node finds only some names of a CommonJS module, and ConfigResourceTypes is not among them.
import kafkajs, { type Admin } from 'kafkajs'
import { PARTITIONS } from '../../domain/partition.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'
import { BRIEF_RETRY, createKafka } from './kafka-client.ts'
import { createKafkaLogReader } from './kafka-log-reader.ts'
import type { KafkaSettings } from './kafka-settings.ts'
import { readPartitionStart } from './read-genesis.ts'
import { COMMANDS_TOPIC, type TopicDefinition, type TopicOptions, topicCatalogue } from './topic-catalogue.ts'

/** How a topic differs from the catalogue. Nothing is ever altered: a partition count cannot be taken back. */
export type TopicDifference =
  | { readonly kind: 'missing'; readonly topic: string }
  | { readonly kind: 'partitions'; readonly topic: string; readonly expected: number; readonly found: number }
  | { readonly kind: 'replication'; readonly topic: string; readonly expected: number; readonly found: number }
  | {
      readonly kind: 'config'
      readonly topic: string
      readonly name: string
      readonly expected: string
      readonly found: string | null
    }
  | { readonly kind: 'genesis'; readonly topic: string; readonly partition: number; readonly problem: string }

export async function checkTopics(
  settings: KafkaSettings,
  options: TopicOptions & { readonly codec: CommandCodec },
): Promise<readonly TopicDifference[]> {
  const catalogue = topicCatalogue(options)
  const admin = createKafka(settings, BRIEF_RETRY).admin()
  await admin.connect()
  try {
    const existing = new Set(await admin.listTopics())
    const missing = catalogue.filter(({ name }) => !existing.has(name))
    const there = catalogue.filter(({ name }) => existing.has(name))
    const commands = there.find(({ name }) => name === `${options.prefix ?? ''}${COMMANDS_TOPIC}`)
    const layout = await layoutDifferences(admin, there, options.replication)
    const counted = layout.find((one) => one.kind === 'partitions' && one.topic === commands?.name)
    const partitions = counted?.kind === 'partitions' ? Math.min(counted.found, PARTITIONS) : PARTITIONS
    return [
      ...missing.map(({ name }) => ({ kind: 'missing' as const, topic: name })),
      ...layout,
      ...(await configDifferences(admin, there)),
      ...(commands === undefined ? [] : await genesisDifferences(settings, commands.name, partitions, options.codec)),
    ]
  } finally {
    await admin.disconnect()
  }
}

async function layoutDifferences(
  admin: Admin,
  definitions: readonly TopicDefinition[],
  replication: number,
): Promise<readonly TopicDifference[]> {
  if (definitions.length === 0) return []
  const { topics } = await admin.fetchTopicMetadata({ topics: definitions.map(({ name }) => name) })
  return definitions.flatMap(({ name, partitions: expected }): TopicDifference[] => {
    const partitions = topics.find((topic) => topic.name === name)?.partitions ?? []
    const least = Math.min(...partitions.map(({ replicas }) => replicas.length))
    return [
      ...(partitions.length === expected
        ? []
        : [{ kind: 'partitions' as const, topic: name, expected, found: partitions.length }]),
      ...(least === replication
        ? []
        : [{ kind: 'replication' as const, topic: name, expected: replication, found: least }]),
    ]
  })
}

async function configDifferences(
  admin: Admin,
  definitions: readonly TopicDefinition[],
): Promise<readonly TopicDifference[]> {
  if (definitions.length === 0) return []
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: definitions.map(({ name, configs }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configNames: Object.keys(configs),
    })),
  })
  return definitions.flatMap(({ name: topic, configs }) => {
    const entries = resources.find(({ resourceName }) => resourceName === topic)?.configEntries ?? []
    return Object.entries(configs).flatMap(([name, expected]): TopicDifference[] => {
      const found = entries.find(({ configName }) => configName === name)?.configValue ?? null
      return found === expected ? [] : [{ kind: 'config', topic, name, expected, found }]
    })
  })
}

async function genesisDifferences(
  settings: KafkaSettings,
  topic: string,
  partitions: number,
  codec: CommandCodec,
): Promise<readonly TopicDifference[]> {
  const reader = createKafkaLogReader(settings, { topic })
  try {
    const differences: TopicDifference[] = []
    let generation: string | null = null
    for (let partition = 0; partition < partitions; partition++) {
      const start = await readPartitionStart(reader, partition, codec)
      const differ = (problem: string) => differences.push({ kind: 'genesis', topic, partition, problem })
      if (start.kind === 'empty') differ('it is empty')
      else if (start.kind === 'other') differ(`it begins with ${start.what}`)
      else if (generation !== null && generation !== start.generation) {
        differ(`it is of generation ${start.generation}, others are of ${generation}`)
      } else generation = start.generation
    }
    return differences
  } finally {
    await reader.close()
  }
}
