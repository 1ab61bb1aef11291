import { mkdirSync } from 'node:fs'
import type { Logger } from 'pino'
import type { ClusterConfiguration } from '../config/cluster-configuration.ts'
import { createKafkaLogReader } from '../kafka/kafka-log-reader.ts'
import type { KafkaSettings } from '../kafka/kafka-settings.ts'
import { createPostgresPool, endPostgresPool, POOL_GRACE_MS } from '../postgres/postgres-pool.ts'
import { createRegistryClient } from '../registry/registry-client.ts'
import { lockDirectory } from '../sqlite/data-dir/directory-lock.ts'
import { version } from '../telemetry/version.ts'
import { parseSchemas, schemasText } from './archived-schemas.ts'
import { tablesText } from './archived-tables.ts'
import { archivedTopics } from './archived-topics.ts'
import { type ArchivePart, LogArchive, type LogArchiveDeps } from './log-archive.ts'

export interface OpenedArchive extends Pick<LogArchive, 'round'> {
  /** When each part was last archived, ISO 8601; `null`: never. */
  archivedAt(): Readonly<Record<ArchivePart, string | null>>
  close(): Promise<void>
}

/**
 * The archive of a cluster's log in a folder that this process, and no other, has. Rejects with a `DirectoryInUseError` when another one has it
 * and with an `ArchiveError` when it is of another log. Nothing is asked before the first round.
 */
export async function openClusterArchive(
  { kafka, topicPrefix, registryUrl, postgresDsn }: ClusterConfiguration,
  folder: string,
  {
    logger,
    clock,
    ...options
  }: { readonly logger: Logger } & Pick<LogArchiveDeps, 'clock' | 'segmentBytes' | 'onRecords'>,
): Promise<OpenedArchive> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const lock = lockDirectory(folder)
  const settings: KafkaSettings = { ...kafka, clientId: 'somabrain-archive', logger }
  const readers = new Map(
    archivedTopics.map(({ name }) => [name, createKafkaLogReader(settings, { topic: `${topicPrefix}${name}` })]),
  )
  const registry = createRegistryClient({ url: registryUrl })
  const pool = createPostgresPool({ dsn: postgresDsn, applicationName: 'somabrain-archive', max: 1 })
  const close = async (): Promise<void> => {
    registry.close()
    await Promise.all([...[...readers.values()].map((reader) => reader.close()), endPostgresPool(pool, POOL_GRACE_MS)])
    lock.release()
  }
  try {
    const archive = new LogArchive({
      ...{ folder, topicPrefix, clock, version, ...options },
      reader: (topic) => readers.get(topic)!,
      schemas: (before) => schemasText(registry, topicPrefix, before === null ? [] : parseSchemas(before)),
      tables: () => tablesText(pool),
    })
    return { round: () => archive.round(), archivedAt: () => archive.archivedAt, close }
  } catch (error) {
    await close()
    throw error
  }
}
