import type { Redis } from 'ioredis'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { PARTITIONS } from '../../domain/partition.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'
import type { ClusterConfiguration } from '../config/cluster-configuration.ts'
import { createKeyring, type SubjectKeyring } from '../crypto/keyring.ts'
import { loadMasterKey, type MasterKey } from '../crypto/master-key.ts'
import { createRowOpener, type RowOpener } from '../crypto/row-opener.ts'
import type { OpenedEmbedder } from '../embedder/opened-embedder.ts'
import { DestroyedKeys } from '../erasure/destroyed-keys.ts'
import { createKafkaLogReader, type KafkaLogReader } from '../kafka/kafka-log-reader.ts'
import type { KafkaSettings } from '../kafka/kafka-settings.ts'
import { type KafkaKeyStore, openKafkaKeyStore } from '../kafka/keys/kafka-key-store.ts'
import { LogHeads } from '../kafka/log-heads.ts'
import { readGenesis } from '../kafka/read-genesis.ts'
import { COMMANDS_TOPIC, KEYS_TOPIC } from '../kafka/topic-catalogue.ts'
import { PostgresFoldWatch } from '../postgres/fold-watch.ts'
import { LiveBuild } from '../postgres/live-build.ts'
import { LONG_TERM } from '../postgres/long-term/long-term-tables.ts'
import { PostgresLongTermReader } from '../postgres/postgres-long-term-reader.ts'
import { createPostgresPool, endPostgresPool, POOL_GRACE_MS, READ_SETTINGS } from '../postgres/postgres-pool.ts'
import { createRedisClient } from '../redis/redis-client.ts'
import type { RegistrySchemaIds } from '../registry/schema-ids.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { ClusterProgress } from './cluster-progress.ts'
import { requireOneDatabase } from './one-database.ts'
import type { PreparedCluster } from './prepare-cluster.ts'
import { requireRedis } from './required-parts.ts'
import { type Shutdown, shutdown } from './shutdown.ts'

export interface ConnectDeps {
  readonly configuration: ClusterConfiguration
  readonly kafka: KafkaSettings
  readonly dataDir: string
  readonly masterKey: string | null
  readonly embedder?: Pick<OpenedEmbedder, 'model'> | null
  readonly logger: Logger
  readonly metrics: Metrics
}

/** What every role of a cluster stands on. */
export interface ClusterParts {
  readonly commandsTopic: string
  readonly generations: readonly string[]
  readonly codec: CommandCodec
  readonly schemaIds: RegistrySchemaIds
  readonly masterKey: MasterKey & { readonly made: boolean }
  readonly keyStore: KafkaKeyStore
  readonly keyring: SubjectKeyring
  /** Keys that any process destroyed, as they are read. */
  readonly destroyedKeys: DestroyedKeys
  readonly opener: RowOpener
  readonly logReader: KafkaLogReader
  readonly heads: LogHeads
  /** Straight to Postgres, for what reads beside queries. */
  readonly readPool: Pool
  /** For what queries read: through the pooler where there is one, and else `readPool`. */
  readonly queryPool: Pool
  readonly liveBuild: LiveBuild
  readonly reader: PostgresLongTermReader
  readonly progress: ClusterProgress
  readonly redis: Redis
  /** Closes what was opened, last opened first. */
  readonly shutdown: Shutdown
}

/** Whose index key tells whether the master key is the one that wrapped what is there. */
const FIRST_TENANT = 'default'

/** Connects to everything. Rejects when a part does not answer, with nothing left open. */
export async function connectCluster(deps: ConnectDeps, prepared: PreparedCluster): Promise<ClusterParts> {
  const closing = shutdown()
  try {
    return await connect(deps, prepared, closing)
  } catch (error) {
    await closing.run()
    throw error
  }
}

async function connect(deps: ConnectDeps, prepared: PreparedCluster, closing: Shutdown): Promise<ClusterParts> {
  const { configuration, kafka } = deps
  const { topicPrefix } = configuration
  const { codec, schemaIds } = prepared
  const commandsTopic = `${topicPrefix}${COMMANDS_TOPIC}`
  const logReader = createKafkaLogReader(kafka, { topic: commandsTopic })
  closing.add('log reader', () => logReader.close())
  const begunAs = await readGenesis(logReader, codec)
  const destroyedKeys = new DestroyedKeys()
  // While the keys are read there is no keyring that could hold one.
  let leaveKey: (keyId: string) => void = () => undefined
  const keyStore = await openKafkaKeyStore({
    settings: kafka,
    topic: `${topicPrefix}${KEYS_TOPIC}`,
    schemaIds,
    onDestroyed: (keyId) => destroyedKeys.tell([keyId]),
    onSuperseded: (keyId) => leaveKey(keyId),
  })
  closing.add('keys', () => keyStore.close())
  const masterKey = await unlockedMasterKey(deps, keyStore)
  const keyring = createKeyring(keyStore, masterKey)
  leaveKey = (keyId) => keyring.leave([keyId])

  await requireOneDatabase(configuration)
  const [readPool, queryPool] = poolsOf(deps, closing)
  const liveBuild = new LiveBuild(queryPool, { projection: LONG_TERM, onError: quiet })
  const isFolded = (await liveBuild.refresh()) !== null
  liveBuild.start()
  closing.add('live build', async () => liveBuild.close())
  const reader = new PostgresLongTermReader(queryPool, liveBuild)
  const generations = isFolded ? await newestGenerations(reader, begunAs) : begunAs
  const folds = new PostgresFoldWatch(queryPool, liveBuild, { onError: quiet })
  folds.start()
  closing.add('fold watch', async () => folds.close())

  const heads = new LogHeads(kafka, { topic: commandsTopic })
  closing.add('heads', () => heads.close())
  await heads.refresh()
  const redis = createRedisClient(configuration.redisUrl, {
    name: 'somabrain-read',
    onConnectionError: () => deps.metrics.redisConnectionError(),
  })
  closing.add('Redis', async () => redis.disconnect())
  if (configuration.fullStack) await requireRedis(redis)
  return {
    commandsTopic,
    generations,
    codec,
    schemaIds,
    masterKey,
    keyStore,
    keyring,
    destroyedKeys,
    opener: createRowOpener(keyring, deps.embedder?.model ?? null),
    logReader,
    heads,
    readPool,
    queryPool,
    liveBuild,
    reader,
    progress: new ClusterProgress({ generations, heads, folds }),
    redis,
    shutdown: closing,
  }
}

/** Connections are made when they are asked for: a pool that nobody asks has none. */
function poolsOf({ configuration, logger }: ConnectDeps, closing: Shutdown): readonly [read: Pool, query: Pool] {
  const { postgresDsn, postgresPoolerDsn } = configuration
  const pool = (dsn: string, part: string, pooler: boolean): Pool => {
    const made = createPostgresPool({
      ...{ dsn, pooler, applicationName: 'somabrain-read', max: READ_CONNECTIONS, settings: READ_SETTINGS },
      pipelined: true,
      onConnectionLost: (error) => logger.warn({ err: error }, `a connection to ${part} was lost`),
    })
    closing.add(part, () => endPostgresPool(made, POOL_GRACE_MS))
    return made
  }
  const read = pool(postgresDsn, 'Postgres', false)
  return [read, postgresPoolerDsn === null ? read : pool(postgresPoolerDsn, 'the pooler of Postgres', true)]
}

/** A log that was restored and accepted has begun another generation, which long-term memory has met. */
const newestGenerations = (reader: PostgresLongTermReader, begunAs: readonly string[]): Promise<readonly string[]> =>
  Promise.all(
    everyPartition.map(async (partition) => {
      const { offset, generation } = await reader.checkpoint(partition)
      return offset < 0 ? begunAs[partition]! : generation
    }),
  )

const READ_CONNECTIONS = 8
/** Health asks the same store and says what is wrong; a line for each look would fill the log. */
const quiet = (): void => {}

/** Processes with different master keys would each write what the others cannot read. */
async function unlockedMasterKey(deps: ConnectDeps, keys: KafkaKeyStore): Promise<ClusterParts['masterKey']> {
  const masterKey = loadMasterKey(deps.dataDir, deps.masterKey)
  const wrapped = await keys.indexKey(FIRST_TENANT)
  if (wrapped !== null) masterKey.unwrap('index-key', [FIRST_TENANT], wrapped)
  return masterKey
}

export const everyPartition: readonly number[] = Array.from({ length: PARTITIONS }, (_, partition) => partition)
