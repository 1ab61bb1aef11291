import type { Redis } from 'ioredis'
import { WORKING_MEMORY_VERSION } from '../../../domain/working-memory/working-memory.ts'
import { LONG_TERM } from '../../postgres/long-term/long-term-tables.ts'
import { listBuilds, type ProjectionBuild } from '../../postgres/projection-builds.ts'
import { heldVersions } from '../../redis/held-versions.ts'
import { checkpointOf, NO_REVISION } from '../../redis/stored-checkpoint.ts'
import { workingMemoryKeys } from '../../redis/working-memory-keys.ts'
import { everyPartition } from '../cluster-parts.ts'
import { readBuildOffsets } from './build-offsets.ts'
import type { ClusterAccess } from './cluster-access.ts'
import { readHeads, records } from './follow-build.ts'

/** How far a projection has folded the log, all partitions together. */
export interface ProjectionPosition {
  readonly name: string
  readonly build: ProjectionBuild | null
  readonly foldVersion: number
  /** `building`, `live` or `retired`; working memory has one state only. */
  readonly state: string
  readonly folded: number
  readonly lag: number
}

export interface ProjectionPositions {
  /** Records in the log, as the brokers say. */
  readonly total: number
  readonly positions: readonly ProjectionPosition[]
  /** Fold versions of which other releases have working memory in Redis. */
  readonly otherWorkingMemory: readonly number[]
}

/** Every build of long-term memory, and working memory, compared with the log's real head. */
export async function projectionPositions(
  { pool, heads, topicPrefix }: Pick<ClusterAccess, 'pool' | 'heads' | 'topicPrefix'>,
  redis: Redis,
): Promise<ProjectionPositions> {
  const total = await readHeads(heads)
  const positions: ProjectionPosition[] = []
  for (const build of await listBuilds(pool, LONG_TERM)) {
    const offsets = await readBuildOffsets(pool, build)
    const { foldVersion, state } = build
    if (offsets !== null) positions.push({ name: 'long-term', build, foldVersion, state, ...progress(offsets, total) })
  }
  const offsets = await workingMemoryOffsets(redis, topicPrefix)
  const foldVersion = WORKING_MEMORY_VERSION
  positions.push({ name: 'working-memory', build: null, foldVersion, state: 'live', ...progress(offsets, total) })
  const held = await heldVersions(redis, topicPrefix)
  return { total: records(total), positions, otherWorkingMemory: held.filter((version) => version !== foldVersion) }
}

async function workingMemoryOffsets(redis: Redis, prefix: string): Promise<readonly number[]> {
  const keys = everyPartition.map(
    (partition) => workingMemoryKeys(prefix, WORKING_MEMORY_VERSION, partition).checkpoint,
  )
  // One by one: the keys of two partitions may lie on two nodes.
  const revisions = await Promise.all(keys.map((key) => redis.get(key)))
  return revisions.map((revision) => checkpointOf(revision ?? NO_REVISION).offset)
}

const progress = (offsets: readonly number[], heads: readonly number[]) => ({
  folded: records(offsets),
  lag: heads.reduce((sum, head, partition) => sum + Math.max(0, head - offsets[partition]!), 0),
})
