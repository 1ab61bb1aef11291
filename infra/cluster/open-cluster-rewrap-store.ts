import { pino } from 'pino'
import type { ClusterConfiguration } from '../config/cluster-configuration.ts'
import { openKafkaRewrapStore } from '../kafka/keys/kafka-rewrap-store.ts'
import { KEYS_TOPIC } from '../kafka/topic-catalogue.ts'
import { createRegistryClient } from '../registry/registry-client.ts'
import { resolveSchemaIds } from '../registry/schema-ids.ts'

/** The keys of a cluster, for a command of its operator. Rejects when Kafka or the registry does not answer. */
export async function openClusterRewrapStore(cluster: ClusterConfiguration) {
  const { topicPrefix } = cluster
  const registry = createRegistryClient({ url: cluster.registryUrl })
  try {
    const schemaIds = await resolveSchemaIds({ registry, topicPrefix, onRefreshFailure: () => undefined })
    const settings = { ...cluster.kafka, clientId: 'somabrain-cli', logger: pino({ level: 'silent' }) }
    return await openKafkaRewrapStore({ settings, topic: `${topicPrefix}${KEYS_TOPIC}`, schemaIds })
  } finally {
    registry.close()
  }
}
