import type { Redis } from 'ioredis'
import type { Scope } from '../../../domain/names.ts'
import { checkIntegrity, type IntegrityFault } from '../../../projections/working-memory/integrity-check.ts'
import { createWorkingMemoryProjection } from '../../../projections/working-memory/working-memory-projection.ts'
import { forgetWorkingMemory } from '../../redis/forget-working-memory.ts'
import { RedisWorkingMemoryReader } from '../../redis/redis-working-memory-reader.ts'
import { createRedisWorkingMemoryStore } from '../../redis/redis-working-memory-store.ts'
import { type ClusterParts, everyPartition } from '../cluster-parts.ts'
import { longTermFeed } from '../long-term-feed.ts'
import { seedNamespace } from './seed-namespace.ts'

export interface RebuildWorkingMemoryDeps {
  readonly parts: ClusterParts
  /** Of the operator: with time for commands that a request would not be given. */
  readonly redis: Redis
  readonly keyPrefix: string
  readonly pause: (ms: number) => Promise<void>
  readonly onProgress: (seeded: number, total: number) => void
  readonly onFault: (scope: Scope, fault: IntegrityFault) => void
}

export interface RebuiltWorkingMemory {
  /** Namespaces that were held, and how many of them were seeded anew; the others are at their first use. */
  readonly held: number
  readonly seeded: number
  /** Namespaces that were then compared with a seed of their own, and how many could not be. */
  readonly compared: number
  readonly skipped: number
  readonly faults: number
}

/**
 * Drops working memory and seeds what it held from long-term memory, beside the projectors, then compares what is stored
 * with fresh seeds. Reads go on: a namespace that is not there is seeded by who asks.
 */
export async function rebuildWorkingMemory(deps: RebuildWorkingMemoryDeps): Promise<RebuiltWorkingMemory> {
  const { parts, redis, keyPrefix, pause } = deps
  const { keyring } = parts
  const feed = longTermFeed(parts)
  const store = createRedisWorkingMemoryStore({ redis, keyring, keyPrefix })
  const projection = createWorkingMemoryProjection(store, feed, parts.codec, { pause })
  const reader = new RedisWorkingMemoryReader({ redis, keyring, keyPrefix, maxNamespaces: 1 })
  const held: Scope[] = []
  for (const partition of everyPartition) {
    held.push(...(await reader.namespaces(partition)))
    await forgetWorkingMemory(redis, keyPrefix, partition)
    // Begins the partition where long-term memory stands; a projector may have been faster.
    await projection.checkpoint(partition)
  }
  let seeded = 0
  for (const [done, scope] of held.entries()) {
    deps.onProgress(done, held.length)
    if (await seedNamespace(store, feed, scope)) seeded += 1
  }
  deps.onProgress(held.length, held.length)
  const figures = { compared: 0, skipped: 0, faults: 0 }
  for (const partition of everyPartition) {
    const found = await checkIntegrity({ reader, source: feed, pause, onFault: deps.onFault }, partition)
    figures.compared += found.compared
    figures.skipped += found.skipped
    figures.faults += found.faults
  }
  return { held: held.length, seeded, ...figures }
}
