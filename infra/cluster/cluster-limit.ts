import type { Logger } from 'pino'
import { createBreaker } from '../breaker/create-breaker.ts'
import type { ClusterConfiguration } from '../config/cluster-configuration.ts'
import type { Limit } from '../http/limit.ts'
import { createLimit } from '../limits/create-limit.ts'
import type { LimitSettings } from '../limits/limit-settings.ts'
import { LiveProcesses } from '../limits/live-processes.ts'
import { RedisLimitStore } from '../limits/redis-limit-store.ts'
import { SharedLimitStore } from '../limits/shared-limit-store.ts'
import { createRedisClient } from '../redis/redis-client.ts'
import { faultLog } from '../telemetry/fault-log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { ClusterParts } from './cluster-parts.ts'

/** A limit that is asked before every request must not cost it much: beyond this a process counts for itself. */
const COMMAND_TIMEOUT_MS = 250

export interface ClusterLimitDeps {
  readonly configuration: Pick<ClusterConfiguration, 'redisUrl' | 'topicPrefix'>
  readonly clock: () => number
  readonly logger: Logger
  readonly metrics: Metrics
}

/** The limits that all processes share through Redis. */
export function createClusterLimit(parts: ClusterParts, settings: LimitSettings, deps: ClusterLimitDeps): Limit {
  const { configuration, clock, logger, metrics } = deps
  const client = createRedisClient(configuration.redisUrl, {
    name: 'somabrain-limits',
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
    onConnectionError: () => metrics.redisConnectionError(),
  })
  const breaker = createBreaker('Redis')
  const keys = { prefix: configuration.topicPrefix, now: clock }
  const live = new LiveProcesses(client, keys)
  client.once('ready', () => void live.beat())
  parts.shutdown.add('limits', async () => {
    await live.close()
    breaker.close()
    client.disconnect()
  })
  const countSince = parts.reader.memoriesSince.bind(parts.reader)
  const store = new SharedLimitStore({
    redis: new RedisLimitStore(client, { ...keys, countSince }),
    breaker,
    processes: () => live.count,
    now: clock,
    onFault: faultLog(logger),
  })
  return createLimit(settings, store, clock)
}
