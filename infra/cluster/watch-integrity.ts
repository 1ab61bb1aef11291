import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { isBug } from '../../projections/is-bug.ts'
import { checkIntegrity } from '../../projections/working-memory/integrity-check.ts'
import type { ClusterConfiguration } from '../config/cluster-configuration.ts'
import type { PartitionConsumer } from '../kafka/partition-consumer.ts'
import { RedisWorkingMemoryReader } from '../redis/redis-working-memory-reader.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { ClusterParts } from './cluster-parts.ts'
import { longTermFeed } from './long-term-feed.ts'

export interface IntegrityWatchDeps {
  readonly configuration: Pick<ClusterConfiguration, 'topicPrefix'>
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'densityTraceError'>
  readonly onFatal: (error: Error) => void
}

/** A full round over what this process folds takes this long times the partitions that it has. */
const NEXT_PARTITION_MS = 60_000

/**
 * Compares working memory in Redis with fresh seeds from long-term memory, one partition after the other, for as long as the
 * process runs: a difference raises `somabrain_density_trace_error_total`.
 */
export function watchIntegrity(parts: ClusterParts, deps: IntegrityWatchDeps, consumer: PartitionConsumer): void {
  const closing = new AbortController()
  const reader = new RedisWorkingMemoryReader({
    redis: parts.redis,
    keyring: parts.keyring,
    keyPrefix: deps.configuration.topicPrefix,
  })
  const check = {
    reader,
    source: longTermFeed(parts),
    pause: (ms: number) => pause(ms, undefined, { signal: closing.signal }),
    onFault(scope: object, fault: string) {
      deps.metrics.densityTraceError()
      deps.logger.error({ ...scope, fault }, 'working memory is not what long-term memory makes of it')
    },
  }
  const rounds = async (): Promise<void> => {
    for (let next = 0; ; next++) {
      await pause(NEXT_PARTITION_MS, undefined, { signal: closing.signal, ref: false })
      const assigned = consumer.assigned()
      const partition = assigned[next % Math.max(1, assigned.length)]
      if (partition === undefined) continue
      // A part that does not answer is health's to tell; the next round compares again.
      await checkIntegrity(check, partition).catch((error: Error) => {
        if (isBug(error)) throw error
        deps.logger.debug({ err: error }, 'not compared')
      })
    }
  }
  const ended = rounds().catch((error: Error) => {
    if (error.name !== 'AbortError') deps.onFatal(error)
  })
  parts.shutdown.add('integrity of working memory', () => {
    closing.abort()
    return ended
  })
}
