import { pino } from 'pino'
import { genesisRecord } from '../../../commands/genesis-record.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import type { ClusterConfiguration } from '../../config/cluster-configuration.ts'
import { checkTopics, type TopicDifference } from '../../kafka/check-topics.ts'
import type { KafkaSettings } from '../../kafka/kafka-settings.ts'
import type { TopicOptions } from '../../kafka/topic-catalogue.ts'
import { createTopics } from '../../kafka/topics.ts'
import { createRegistryClient } from '../../registry/registry-client.ts'
import { resolveSchemaIds } from '../../registry/schema-ids.ts'
import type { VerbContext } from '../verb-context.ts'
import { paint } from '../view/terminal.ts'
import type { TopicsAction } from './topics-actions.ts'

export interface TopicsContext extends Pick<VerbContext, 'out' | 'err'> {
  /** `null`: none is configured, and embedded there are no topics. */
  readonly cluster: Pick<ClusterConfiguration, 'kafka' | 'registryUrl' | 'topicPrefix' | 'replication'> | null
  readonly clock: () => number
}

/**
 * Makes the topics that are missing and opens the log in them, or says how they differ from what this build expects;
 * nothing that is there is ever altered. Exit code 0 when the topics are as they should be, 1 when they are not.
 */
export async function topicsVerb(action: TopicsAction, context: TopicsContext): Promise<number> {
  const { cluster } = context
  if (cluster === null) {
    context.err.write('topics are of a cluster: set SOMABRAIN_KAFKA_URL and the addresses of the other parts\n')
    return 2
  }
  const { topicPrefix: prefix, replication } = cluster
  // What kafkajs has to say while it tries again is not for who typed a command.
  const settings: KafkaSettings = { ...cluster.kafka, clientId: 'somabrain-cli', logger: pino({ level: 'silent' }) }
  const registry = createRegistryClient({ url: cluster.registryUrl })
  try {
    const codec = createCommandCodec(await resolveSchemaIds({ registry, topicPrefix: prefix }))
    const options: TopicOptions = { prefix, replication, minInsync: Math.max(1, replication - 1) }
    if (action === 'create') {
      const { created, generation } = await createTopics(settings, { ...options, codec }, (partition, own) =>
        genesisRecord(codec, partition, own, context.clock()),
      )
      for (const topic of created) context.out.write(`created  ${topic}\n`)
      context.out.write(`the log is of generation ${generation}\n`)
    }
    return report(context, await checkTopics(settings, { ...options, codec }))
  } finally {
    registry.close()
  }
}

function report(context: TopicsContext, differences: readonly TopicDifference[]): number {
  for (const difference of differences) {
    context.err.write(`${paint(context.err, 'red', 'differs')} ${describe(difference)}\n`)
  }
  if (differences.length > 0) return 1
  context.out.write(`${paint(context.out, 'green', 'as expected')}: every topic of this build\n`)
  return 0
}

function describe(difference: TopicDifference): string {
  const { topic } = difference
  switch (difference.kind) {
    case 'missing':
      return `${topic} is missing: npm run somabrain -- topics create`
    case 'partitions':
      return `${topic} has ${difference.found} partitions, not ${difference.expected}; more of them need a copy into a new log`
    case 'replication':
      return `${topic} has ${difference.found} replicas, not ${difference.expected}`
    case 'config':
      return `${topic} has ${difference.name}=${difference.found ?? 'none'}, not ${difference.expected}`
    case 'genesis':
      return `${topic} partition ${difference.partition}: ${difference.problem}`
  }
}
