import type { Logger } from 'pino'
import type { WorkingMemoryStoreReader } from '../../projections/ports/working-memory-store.ts'
import { createQueryApi, type ServedQueryApi } from '../../query-api/create-query-api.ts'
import type { WorkingMemory } from '../../query-api/ports/working-memory.ts'
import { defaultQueryLimits, type QueryLimits } from '../../query-api/query-limits.ts'
import { createBreaker } from '../breaker/create-breaker.ts'
import type { ClusterConfiguration } from '../config/cluster-configuration.ts'
import type { OpenedEmbedder } from '../embedder/opened-embedder.ts'
import { writtenMemories } from '../long-term/written-memories.ts'
import { redisWorkingMemory } from '../redis/redis-working-memory.ts'
import { RedisWorkingMemoryReader } from '../redis/redis-working-memory-reader.ts'
import { faultLog } from '../telemetry/fault-log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { PipelineMetrics } from '../telemetry/pipeline-metrics.ts'
import { createViewThreads } from '../views/view-threads.ts'
import type { ClusterParts } from './cluster-parts.ts'
import { longTermFeed } from './long-term-feed.ts'
import { breakingLongTermReader, breakingWorkingMemoryReader } from './query-stores.ts'

export interface QuerySideDeps {
  readonly configuration: Pick<ClusterConfiguration, 'postgresDsn' | 'postgresPoolerDsn'>
  readonly dataDir: string
  readonly masterKey: string | null
  readonly keyPrefix: string
  readonly viewMemoryBytes: number
  readonly embedder?: OpenedEmbedder | null | undefined
  readonly clock: () => number
  readonly logger: Logger
  readonly metrics: Metrics
  readonly pipeline: PipelineMetrics
  readonly queryLimits?: Partial<QueryLimits> | undefined
}

/** The query API, and what it stands on that others of the process ask too. */
export interface QuerySide {
  readonly api: ServedQueryApi
  readonly workingMemory: WorkingMemory
  /** As Redis has it. */
  readonly workingMemoryStore: WorkingMemoryStoreReader
  /** The keys were destroyed: no thread of the query side keeps them opened. */
  forgetKeys(keyIds: readonly string[]): void
}

/** The query API over Postgres and Redis. An answer includes what is folded; `after` asks for more. */
export function createQuerySide(parts: ClusterParts, deps: QuerySideDeps): QuerySide {
  const { reader, progress, opener, keyring, redis } = parts
  const [postgresBreaker, redisBreaker] = [createBreaker('Postgres'), createBreaker('Redis')]
  parts.shutdown.add('breakers', async () => {
    for (const breaker of [postgresBreaker, redisBreaker]) breaker.close()
  })
  const limits = { ...defaultQueryLimits, viewBudgetBytes: deps.viewMemoryBytes, ...deps.queryLimits }
  const onFault = faultLog(deps.logger)
  const { postgresDsn, postgresPoolerDsn } = deps.configuration
  const rows = { kind: 'postgres', dsn: postgresPoolerDsn ?? postgresDsn, pooler: postgresPoolerDsn !== null } as const
  const viewThreads = createViewThreads(
    { rows, limits, dataDir: deps.dataDir, masterKey: deps.masterKey, vectorModel: deps.embedder?.model ?? null },
    { progress, key: (keyId) => parts.keyStore.key(keyId), metrics: deps.pipeline.views, onFault },
  )
  parts.shutdown.add('view threads', () => viewThreads.close())
  const memory = breakingWorkingMemoryReader(
    new RedisWorkingMemoryReader({ redis, keyring, keyPrefix: deps.keyPrefix }),
    redisBreaker,
  )
  const workingMemory = redisWorkingMemory(memory, longTermFeed(parts, parts.queryPool), {
    traceError: () => deps.metrics.densityTraceError(),
  })
  const api = createQueryApi({
    reader: breakingLongTermReader(reader, postgresBreaker),
    progress,
    opener,
    written: writtenMemories(parts.logReader, parts.codec),
    workingMemory,
    ...(deps.embedder == null ? {} : { embedder: deps.embedder }),
    clock: deps.clock,
    defaultAfter: 'none',
    viewHost: viewThreads,
    limits,
    viewMetrics: deps.pipeline.views,
    onFault,
  })
  return { api, workingMemory, workingMemoryStore: memory, forgetKeys: (keyIds) => viewThreads.forgetKeys(keyIds) }
}
