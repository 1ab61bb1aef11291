import type { Redis } from 'ioredis'
import { PARTITIONS } from '../../domain/partition.ts'
import { WORKING_MEMORY_VERSION } from '../../domain/working-memory/working-memory.ts'
import { workingMemoryKeys } from './working-memory-keys.ts'

/** Releases count fold versions up: whichever later one ran here before this one came back is within reach. */
const LATER_VERSIONS = 16

/** Fold versions of which Redis holds working memory, under this prefix: that of this build, and those of other releases. */
export async function heldVersions(redis: Redis, keyPrefix: string): Promise<readonly number[]> {
  const versions = Array.from({ length: WORKING_MEMORY_VERSION + LATER_VERSIONS }, (_, i) => i + 1)
  const held = await Promise.all(versions.map((version) => isHeld(redis, keyPrefix, version)))
  return versions.filter((_version, i) => held[i])
}

async function isHeld(redis: Redis, keyPrefix: string, version: number): Promise<boolean> {
  const keys = Array.from({ length: PARTITIONS }, (_, partition) => workingMemoryKeys(keyPrefix, version, partition))
  // Partition by partition: their keys may lie on several nodes.
  const found = await Promise.all(keys.map(({ checkpoint, namespaces }) => redis.exists(checkpoint, namespaces)))
  return found.some((count) => count > 0)
}
