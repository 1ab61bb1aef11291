import type { Pool } from 'pg'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { pendingMigrations } from '../../postgres/migrate.ts'
import type { RegistryClient } from '../../registry/registry-client.ts'
import { ArchiveError } from '../archive-error.ts'
import { readArchivedFile } from '../archived-files.ts'
import { archivedSchemaIds, parseSchemas } from '../archived-schemas.ts'
import { parseTables, restoreTables } from '../archived-tables.ts'
import { restoreSchemas } from './restore-schemas.ts'
import { type RestoreTopicsOptions, restoreTopics } from './restore-topics.ts'
import { groupsWithMembers } from './running-processes.ts'

export interface RestoreArchiveOptions extends Omit<RestoreTopicsOptions, 'codec'> {
  readonly registry: RegistryClient
  readonly pool: Pool
}

export interface RestoredArchive {
  /** Schemas that were registered. */
  readonly schemas: number
  /** Rows that were added to Postgres. */
  readonly rows: number
}

/**
 * Puts an archive that was verified into a cluster in which nothing runs: schemas under their ids, then the topics at their own offsets,
 * then what no log holds. May be called again after any failure. Throws an {@link ArchiveError} where something else is there.
 */
export async function restoreArchive(options: RestoreArchiveOptions): Promise<RestoredArchive> {
  const { folder, manifest, registry, pool, topics } = options
  if (manifest.topicPrefix !== (topics.prefix ?? '')) {
    throw new ArchiveError(
      `${folder} is of topics under "${manifest.topicPrefix}", and SOMABRAIN_KAFKA_TOPIC_PREFIX is "${topics.prefix ?? ''}": the audit is of names, too`,
    )
  }
  const running = await groupsWithMembers(options.settings, manifest.topicPrefix)
  if (running.length > 0) {
    throw new ArchiveError(`Processes of the cluster run (members of ${running.join(', ')}): stop them all first`)
  }
  const pending = await pendingMigrations(pool)
  if (pending.length > 0)
    throw new ArchiveError('Postgres has not the tables of this release: npm run somabrain -- migrate')
  const archived = parseSchemas(readArchivedFile(folder, 'schemas', manifest.schemas))
  const schemas = await restoreSchemas(registry, archived, manifest.topicPrefix)
  await restoreTopics({ ...options, codec: createCommandCodec(archivedSchemaIds(archived)) })
  const rows = parseTables(readArchivedFile(folder, 'tables', manifest.tables))
  return { schemas, rows: await restoreTables(pool, rows) }
}
