import type { Pool } from 'pg'
import type { WorkingMemoryFeed } from '../../projections/working-memory/working-memory-source.ts'
import { sealedContents } from '../crypto/sealed-contents.ts'
import { readLiveRows } from '../postgres/long-term/read-live-rows.ts'
import { readOutcomes } from '../postgres/long-term/read-outcomes.ts'
import { PostgresLongTermReader } from '../postgres/postgres-long-term-reader.ts'
import type { ClusterParts } from './cluster-parts.ts'

/**
 * What working memory in a cluster is made from: the live build of long-term memory in Postgres, and the data keys. A fold
 * reads straight from Postgres, so that it goes on while a pooler of the queries is away.
 */
export function longTermFeed(
  { readPool, liveBuild, keyring, opener }: ClusterParts,
  pool: Pool = readPool,
): WorkingMemoryFeed {
  const reader = new PostgresLongTermReader(pool, liveBuild)
  return {
    checkpoint: (partition) => reader.checkpoint(partition),
    liveRows: (scope, exceptKeys, limit) => readLiveRows(pool, liveBuild, scope, exceptKeys, limit),
    outcomes: (partition, after, upTo) => readOutcomes(pool, liveBuild, partition, after, upTo),
    ...sealedContents(keyring, opener),
  }
}
