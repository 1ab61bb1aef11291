import { setTimeout as pause } from 'node:timers/promises'
import { PARTITIONS } from '../../../domain/partition.ts'
import { type ClusterParts, connectCluster } from '../../../infra/cluster/cluster-parts.ts'
import { prepareCluster } from '../../../infra/cluster/prepare-cluster.ts'
import { readConfiguration } from '../../../infra/config/configuration.ts'
import { RedisWorkingMemoryReader } from '../../../infra/redis/redis-working-memory-reader.ts'
import { createRegistryClient } from '../../../infra/registry/registry-client.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import { createMetrics } from '../../../infra/telemetry/metrics.ts'
import type { ChaosCluster } from './chaos-cluster.ts'
import { addressesOf } from './links.ts'

const POLL_MS = 25
const everyPartition = Array.from({ length: PARTITIONS }, (_, partition) => partition)

/** Reads the stores themselves, past the processes and their proxies. */
export interface Observer {
  readonly parts: ClusterParts
  readonly workingMemory: RedisWorkingMemoryReader
  /** The offset behind the last record, by partition. */
  ends(): Promise<readonly number[]>
  /** Last offset that a projection has folded, by partition. */
  folded(projection: Projection): Promise<readonly number[]>
  /** Resolves to how long it took until a projection has folded up to `offsets`; rejects after `timeoutMs`. */
  untilFolded(projection: Projection, offsets: readonly number[], timeoutMs: number): Promise<number>
  close(): Promise<void>
}

export type Projection = 'long-term' | 'working-memory'

export async function startObserver(cluster: ChaosCluster): Promise<Observer> {
  const { parts: own, environment } = cluster
  const { cluster: configuration, masterKey } = readConfiguration({
    ...environment,
    ...addressesOf((part) => own[part].url),
    SOMABRAIN_AUTO_MIGRATE: '0',
  })
  if (configuration === null) throw new Error('the parts have no addresses')
  const logger = createLogger({ level: 'silent' })
  const kafka = { ...configuration.kafka, clientId: 'observer', logger }
  const registry = createRegistryClient({ url: configuration.registryUrl })
  const metrics = createMetrics({ processMetrics: false })
  const prepared = await prepareCluster({ configuration, kafka, registry, clock: Date.now, logger })
  const parts = await connectCluster(
    { configuration, kafka, dataDir: cluster.folder, masterKey, logger, metrics },
    prepared,
  )
  const workingMemory = new RedisWorkingMemoryReader({ redis: parts.redis, keyring: parts.keyring })
  const folded = async (projection: Projection): Promise<readonly number[]> => {
    const source = projection === 'long-term' ? parts.reader : workingMemory
    const checkpoints = await Promise.all(everyPartition.map((partition) => source.checkpoint(partition)))
    return checkpoints.map(({ offset }) => offset)
  }
  return {
    parts,
    workingMemory,
    folded,
    ends: () => Promise.all(everyPartition.map((partition) => parts.logReader.end(partition))),
    async untilFolded(projection, offsets, timeoutMs) {
      const begun = performance.now()
      for (;;) {
        const state = await folded(projection).catch((error: Error) => error)
        const lacking = state instanceof Error ? [] : behind(state, offsets)
        if (!(state instanceof Error) && lacking.length === 0) return performance.now() - begun
        if (performance.now() - begun > timeoutMs) {
          const where = state instanceof Error ? state.message : `behind in partitions ${lacking.join(', ')}`
          throw new Error(`${projection} is not folded after ${timeoutMs} ms: ${where}`)
        }
        await pause(POLL_MS)
      }
    },
    async close() {
      registry.close()
      await parts.shutdown.run()
    },
  }
}

const behind = (folded: readonly number[], offsets: readonly number[]): number[] =>
  everyPartition.filter((partition) => folded[partition]! < offsets[partition]!)
