import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import type { ClusterConfiguration } from '../../config/cluster-configuration.ts'
import type { Configuration } from '../../config/configuration.ts'
import { MASTER_KEY_FILE, MasterKeyError } from '../../crypto/master-key.ts'
import type { KafkaSettings } from '../../kafka/kafka-settings.ts'
import { createRegistryClient } from '../../registry/registry-client.ts'
import { createMetrics } from '../../telemetry/metrics.ts'
import { type ClusterParts, connectCluster } from '../cluster-parts.ts'
import { prepareCluster } from '../prepare-cluster.ts'

/**
 * The parts of a cluster with its keys, for a command of its operator: nothing is made, not even a master key, and what is
 * missing is named. Close by `shutdown.run()`.
 */
export async function openClusterParts(
  { dataDir, masterKey }: Pick<Configuration, 'dataDir' | 'masterKey'>,
  cluster: ClusterConfiguration,
): Promise<ClusterParts> {
  if (masterKey === null && !existsSync(join(dataDir, MASTER_KEY_FILE))) {
    throw new MasterKeyError('SOMABRAIN_MASTER_KEY is not set: working memory is seeded from what it alone can open')
  }
  const logger = pino({ level: 'silent' })
  const configuration: ClusterConfiguration = { ...cluster, autoMigrate: false }
  const kafka: KafkaSettings = { ...cluster.kafka, clientId: 'somabrain-cli', logger }
  const registry = createRegistryClient({ url: cluster.registryUrl })
  try {
    const prepared = await prepareCluster({ configuration, kafka, registry, clock: Date.now, logger })
    const metrics = createMetrics({ processMetrics: false })
    return await connectCluster({ configuration, kafka, dataDir, masterKey, logger, metrics }, prepared)
  } finally {
    registry.close()
  }
}
