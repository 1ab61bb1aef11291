import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { genesisRecord } from '../../commands/genesis-record.ts'
import { LONG_TERM_FOLD_VERSION } from '../../domain/long-term/fold.ts'
import { catalogue } from '../../schemas/catalogue.ts'
import { type CommandCodec, createCommandCodec } from '../../schemas/command-codec.ts'
import { releasedSchemas } from '../../schemas/released.ts'
import { readSchema } from '../../schemas/schema-content.ts'
import type { ClusterConfiguration } from '../config/cluster-configuration.ts'
import { checkTopics, type TopicDifference } from '../kafka/check-topics.ts'
import type { KafkaSettings } from '../kafka/kafka-settings.ts'
import type { TopicOptions } from '../kafka/topic-catalogue.ts'
import { createTopics } from '../kafka/topics.ts'
import { longTermTables } from '../postgres/long-term/long-term-tables.ts'
import { migrate, pendingMigrations } from '../postgres/migrate.ts'
import { createPostgresPool, endPostgresPool, POOL_GRACE_MS } from '../postgres/postgres-pool.ts'
import { ensureBuild } from '../postgres/projection-builds.ts'
import type { RegistryClient } from '../registry/registry-client.ts'
import { registerSchemas, registryFaults } from '../registry/registry-schemas.ts'
import { type RegistrySchemaIds, resolveSchemaIds } from '../registry/schema-ids.ts'

const METADATA_MS = 10_000
const METADATA_POLL_MS = 100

/** The deployment steps were not done, or for another system. Waiting does not help. */
export class NotPreparedError extends Error {
  override readonly name = 'NotPreparedError'
}

export interface PrepareDeps {
  readonly configuration: ClusterConfiguration
  readonly kafka: KafkaSettings
  readonly registry: RegistryClient
  readonly clock: () => number
  readonly logger: Logger
}

export interface PreparedCluster {
  readonly schemaIds: RegistrySchemaIds
  readonly codec: CommandCodec
}

/**
 * Makes what a cluster stands on, where the configuration lets it, else makes sure that it is there: schemas in the
 * registry, topics with their Genesis, tables. Rejects with a {@link NotPreparedError} or `SchemaNotRegisteredError` that
 * names the command to run, and with whatever a part that does not answer gives: waiting helps then.
 */
export async function prepareCluster(deps: PrepareDeps): Promise<PreparedCluster> {
  const { configuration, registry, logger } = deps
  const { topicPrefix, autoMigrate } = configuration
  if (autoMigrate) await registerOwnSchemas(registry, topicPrefix)
  const schemaIds = await resolveSchemaIds({
    registry,
    topicPrefix,
    onRefreshFailure: (id, error) => logger.warn({ err: error, id }, 'the registry was not heard about a schema id'),
  })
  const codec = createCommandCodec(schemaIds)
  await prepareTopics(deps, codec)
  await prepareTables(deps)
  return { schemaIds, codec }
}

async function registerOwnSchemas(registry: RegistryClient, topicPrefix: string): Promise<void> {
  const view = { registry, files: { catalogue, released: releasedSchemas, read: readSchema }, topicPrefix }
  const faults = await registryFaults(view)
  if (faults.length > 0) throw new NotPreparedError(faults.map(({ message }) => message).join('; '))
  await registerSchemas(view)
}

async function prepareTopics({ configuration, kafka, clock, logger }: PrepareDeps, codec: CommandCodec): Promise<void> {
  const { topicPrefix: prefix, replication, autoMigrate } = configuration
  const options: TopicOptions = { prefix, replication, minInsync: Math.max(1, replication - 1) }
  if (autoMigrate) {
    const { created } = await createTopics(kafka, { ...options, codec }, (partition, generation) =>
      genesisRecord(codec, partition, generation, clock()),
    )
    if (created.length > 0) logger.info({ topics: created }, 'topics were made')
  }
  const differences = await topicDifferences(() => checkTopics(kafka, { ...options, codec }), autoMigrate)
  const fatal = differences.filter(({ kind }) => kind !== 'config' && kind !== 'replication')
  if (fatal.length > 0) {
    throw new NotPreparedError(
      `The topics are not as they must be (${fatal.map((one) => JSON.stringify(one)).join(', ')}): npm run somabrain -- topics create, then topics check`,
    )
  }
  for (const difference of differences) logger.warn(difference, 'a topic differs from what this release would make')
}

/** A topic that was made a moment ago, by this process or another, is not in every broker's metadata yet. */
async function topicDifferences(
  check: () => Promise<readonly TopicDifference[]>,
  madeJustNow: boolean,
): Promise<readonly TopicDifference[]> {
  const deadline = performance.now() + METADATA_MS
  for (;;) {
    const differences = await check()
    const mayAppear = madeJustNow && differences.some(({ kind }) => kind === 'missing')
    if (!mayAppear || performance.now() > deadline) return differences
    await pause(METADATA_POLL_MS)
  }
}

async function prepareTables({ configuration, logger }: PrepareDeps): Promise<void> {
  const pool = createPostgresPool({ dsn: configuration.postgresDsn, applicationName: 'somabrain-prepare', max: 1 })
  try {
    if (configuration.autoMigrate) {
      const applied = await migrate(pool)
      if (applied.length > 0) logger.info({ migrations: applied.map(({ name }) => name) }, 'tables were migrated')
      await ensureBuild(pool, longTermTables(LONG_TERM_FOLD_VERSION))
      return
    }
    const pending = await pendingMigrations(pool)
    if (pending.length === 0) return
    throw new NotPreparedError(
      `Postgres lacks the migrations ${pending.map(({ name }) => name).join(', ')}: npm run somabrain -- migrate`,
    )
  } finally {
    await endPostgresPool(pool, POOL_GRACE_MS)
  }
}
