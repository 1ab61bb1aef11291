import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { LONG_TERM_FOLD_VERSION } from '../../domain/long-term/fold.ts'
import { createLongTermProjection } from '../../projections/long-term/long-term-projection.ts'
import { FoldStopwatch } from '../../projections/measured-fold.ts'
import type { Projection } from '../../projections/projection.ts'
import { Projector } from '../../projections/projector.ts'
import { createWorkingMemoryProjection } from '../../projections/working-memory/working-memory-projection.ts'
import type { ClusterConfiguration } from '../config/cluster-configuration.ts'
import { BRIEF_RETRY, createKafka } from '../kafka/kafka-client.ts'
import type { KafkaSettings } from '../kafka/kafka-settings.ts'
import { type PartitionConsumer, startPartitionConsumer } from '../kafka/partition-consumer.ts'
import { LONG_TERM, longTermTables } from '../postgres/long-term/long-term-tables.ts'
import { PostgresLongTermStore } from '../postgres/postgres-long-term-store.ts'
import { createPostgresPool, endPostgresPool, FOLD_SETTINGS, POOL_GRACE_MS } from '../postgres/postgres-pool.ts'
import { ensureBuild, listBuilds, type ProjectionBuild } from '../postgres/projection-builds.ts'
import { createRedisClient } from '../redis/redis-client.ts'
import { createRedisWorkingMemoryStore } from '../redis/redis-working-memory-store.ts'
import { STANDSTILL_MS } from '../telemetry/fold-standstill.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { PipelineMetrics } from '../telemetry/pipeline-metrics.ts'
import type { ClusterParts } from './cluster-parts.ts'
import type { FoldReports } from './fold-reports.ts'
import { longTermFeed } from './long-term-feed.ts'
import { consumerGroup, longTermName, WORKING_MEMORY_NAME } from './projection-names.ts'
import { rebuildProgress } from './rebuild/rebuild-progress.ts'
import { Standstill } from './standstill.ts'
import { watchIntegrity } from './watch-integrity.ts'

export interface ProjectorSideDeps {
  readonly configuration: ClusterConfiguration
  readonly kafka: KafkaSettings
  readonly logger: Logger
  readonly metrics: Metrics
  readonly reports: FoldReports
  readonly pipeline: PipelineMetrics
  readonly onFatal: (error: Error) => void
}

export interface ProjectorSide {
  /** Whether every projection has joined its group at least once: it folds, or waits for partitions. */
  joined(): boolean
}

const BATCH = { records: 1000, bytes: 4 << 20 }
/** A statement for 2,000 records costs less than four for 500, and still ends long before its time is up (decision 11). */
const LONG_TERM_SLICE_RECORDS = 2_000
/** Of a build that nobody reads yet, which is copied: the more rows the fewer round trips, and nobody waits for the first. */
const BULK_SLICE_RECORDS = 5_000
const RETRY_DELAY_MS = 500
const FOLD_CONNECTIONS = 6
const FOLD_COMMAND_TIMEOUT_MS = 5_000
const LOOK_EVERY_MS = 5_000
/** How often new builds are looked for. */
const BUILDS_EVERY_MS = 2_000

/** Folds the log into Postgres, every build of this release's fold version, and into Redis. */
export async function startProjectorSide(parts: ClusterParts, deps: ProjectorSideDeps): Promise<ProjectorSide> {
  const { configuration, logger } = deps
  const pool = createPostgresPool({
    dsn: configuration.postgresDsn,
    applicationName: 'somabrain-fold',
    max: FOLD_CONNECTIONS,
    settings: FOLD_SETTINGS,
    onConnectionLost: (error) => logger.warn({ err: error }, 'a connection to Postgres was lost'),
  })
  parts.shutdown.add('Postgres of the fold', () => endPostgresPool(pool, POOL_GRACE_MS))
  const fold = (name: string, projection: Projection, sliceRecords?: number): Promise<PartitionConsumer> =>
    startFold(parts, deps, name, projection, sliceRecords)
  const workingMemory = await fold(WORKING_MEMORY_NAME, workingMemoryProjection(parts, deps))
  parts.shutdown.add('fold of working memory', () => workingMemory.close())
  const onBuilds = async (builds: readonly ProjectionBuild[]): Promise<void> =>
    deps.pipeline.rebuilds(await rebuildProgress(pool, builds, (partition) => parts.progress.head(partition)))
  const longTerm = new BuildFolds(pool, onBuilds, (build) => {
    const stopwatch = new FoldStopwatch(() => performance.now())
    const store = stopwatch.longTermStore(new PostgresLongTermStore(pool, build))
    const name = longTermName(build.build)
    const measured = stopwatch.projection(createLongTermProjection(store, parts.codec), (measure) =>
      deps.pipeline.projection(name).batch(measure),
    )
    return fold(name, measured, build.state === 'building' ? BULK_SLICE_RECORDS : LONG_TERM_SLICE_RECORDS)
  })
  parts.shutdown.add('fold of long-term memory', () => longTerm.close())
  await longTerm.start((error) => logger.warn({ err: error }, 'the builds of long-term memory could not be listed'))
  watchIntegrity(parts, deps, workingMemory)
  watchStandstill(parts, deps)
  return { joined: () => workingMemory.joined() && longTerm.joined() }
}

function watchStandstill({ progress, shutdown }: ClusterParts, { reports, onFatal }: ProjectorSideDeps): void {
  const standstill = new Standstill({
    head: (partition) => progress.head(partition),
    logAnswers: () => progress.logAnswers(),
    now: () => performance.now(),
    limitMs: STANDSTILL_MS,
  })
  const timer = setInterval(() => {
    for (const [name, projector] of reports.projectors) {
      const standing = standstill.look(name, projector, (partition) => reports.signsOf(name, partition))
      if (standing !== null) onFatal(new Error(standing))
    }
  }, LOOK_EVERY_MS)
  shutdown.add('standstill', async () => clearInterval(timer))
}

/** `name` is the projection's among metrics, and that of its consumer group. */
function startFold(
  parts: ClusterParts,
  deps: ProjectorSideDeps,
  name: string,
  projection: Projection,
  sliceRecords?: number,
): Promise<PartitionConsumer> {
  const projector = new Projector(projection, parts.logReader, deps.reports.eventsOf(name), {
    batch: BATCH,
    retryDelayMs: RETRY_DELAY_MS,
    pause: (ms) => pause(ms),
  })
  deps.reports.watch(name, projector)
  return startPartitionConsumer({
    // A client that tries for ever cannot be stopped while its brokers are gone.
    kafka: createKafka(deps.kafka, BRIEF_RETRY),
    topic: parts.commandsTopic,
    groupId: consumerGroup(deps.configuration.topicPrefix, name),
    projector,
    logger: deps.logger,
    onFatal: deps.onFatal,
    ...(sliceRecords === undefined ? {} : { sliceRecords }),
  })
}

function workingMemoryProjection(parts: ClusterParts, deps: ProjectorSideDeps): Projection {
  const { configuration, metrics } = deps
  const redis = createRedisClient(configuration.redisUrl, {
    name: 'somabrain-fold',
    onConnectionError: () => metrics.redisConnectionError(),
    // A move of a large batch takes longer than a read that somebody waits for.
    commandTimeoutMs: FOLD_COMMAND_TIMEOUT_MS,
  })
  parts.shutdown.add('Redis of the fold', async () => redis.disconnect())
  const { keyring, codec } = parts
  const stopwatch = new FoldStopwatch(() => performance.now())
  const store = stopwatch.workingMemoryStore(
    createRedisWorkingMemoryStore({ redis, keyring, keyPrefix: configuration.topicPrefix }),
  )
  const projection = createWorkingMemoryProjection(store, longTermFeed(parts), codec, { pause: (ms) => pause(ms) })
  const reports = deps.pipeline.projection(WORKING_MEMORY_NAME)
  return stopwatch.projection(projection, (measure) => reports.batch(measure))
}

/** The folds of long-term memory's builds: one for each that has this release's fold version, until it is dropped. */
class BuildFolds {
  readonly #pool: Pool
  readonly #onBuilds: (builds: readonly ProjectionBuild[]) => Promise<void>
  readonly #fold: (build: ProjectionBuild) => Promise<PartitionConsumer>
  readonly #running = new Map<number, PartitionConsumer>()
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> = Promise.resolve()
  #closed = false

  /** `onBuilds`: told of those that are there at each look. */
  constructor(
    pool: Pool,
    onBuilds: (builds: readonly ProjectionBuild[]) => Promise<void>,
    fold: (build: ProjectionBuild) => Promise<PartitionConsumer>,
  ) {
    this.#pool = pool
    this.#onBuilds = onBuilds
    this.#fold = fold
  }

  joined(): boolean {
    return this.#running.size > 0 && [...this.#running.values()].every((consumer) => consumer.joined())
  }

  /** Makes a build of this fold version when there is none. Rejects when Postgres does not answer. */
  async start(onError: (error: Error) => void): Promise<void> {
    await ensureBuild(this.#pool, longTermTables(LONG_TERM_FOLD_VERSION))
    await this.#look()
    const again = (): void => {
      this.#looking = this.#look().catch(onError)
      this.#looking.then(() => {
        if (!this.#closed) this.#timer = setTimeout(again, BUILDS_EVERY_MS).unref()
      })
    }
    this.#timer = setTimeout(again, BUILDS_EVERY_MS).unref()
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#looking
    await Promise.all([...this.#running.values()].map((consumer) => consumer.close()))
  }

  async #look(): Promise<void> {
    const builds = (await listBuilds(this.#pool, LONG_TERM)).filter(
      ({ foldVersion }) => foldVersion === LONG_TERM_FOLD_VERSION,
    )
    for (const build of builds) {
      if (!this.#closed && !this.#running.has(build.build)) this.#running.set(build.build, await this.#fold(build))
    }
    for (const [number, consumer] of this.#running) {
      if (builds.some(({ build }) => build === number)) continue
      this.#running.delete(number)
      await consumer.close()
    }
    await this.#onBuilds(builds)
  }
}
