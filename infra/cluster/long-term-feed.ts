import type { WorkingMemoryFeed } from '../../projections/working-memory/working-memory-source.ts'
import { sealedContents } from '../crypto/sealed-contents.ts'
import { readLiveRows } from '../postgres/long-term/read-live-rows.ts'
import { readOutcomes } from '../postgres/long-term/read-outcomes.ts'
import type { ClusterParts } from './cluster-parts.ts'

/** What working memory in a cluster is made from: the live build of long-term memory in Postgres, and the data keys. */
export function longTermFeed({ readPool, liveBuild, reader, keyring, opener }: ClusterParts): WorkingMemoryFeed {
  return {
    checkpoint: (partition) => reader.checkpoint(partition),
    liveRows: (scope, exceptKeys, limit) => readLiveRows(readPool, liveBuild, scope, exceptKeys, limit),
    outcomes: (partition, after, upTo) => readOutcomes(readPool, liveBuild, partition, after, upTo),
    ...sealedContents(keyring, opener),
  }
}
