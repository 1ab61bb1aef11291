import type { Redis } from 'ioredis'
import { WORKING_MEMORY_VERSION } from '../../domain/working-memory/working-memory.ts'
import { transact } from './transaction.ts'
import { scopeOfField, workingMemoryKeys } from './working-memory-keys.ts'

/**
 * Rebuilds the working memory of a partition, or drops that of an earlier fold version: all of it goes in one step, the
 * fold begins anew at long-term memory's checkpoint, and every namespace is seeded at its next use. Safe while projectors
 * run and readers read. Returns how many namespaces there were.
 */
export async function forgetWorkingMemory(
  redis: Redis,
  keyPrefix: string,
  partition: number,
  foldVersion: number = WORKING_MEMORY_VERSION,
): Promise<number> {
  const keys = workingMemoryKeys(keyPrefix, foldVersion, partition)
  const scopes = (await redis.hkeys(keys.namespaces)).map(scopeOfField)
  const queued = redis.multi().unlink(keys.checkpoint, keys.halted, keys.namespaces)
  for (const scope of scopes) queued.unlink(keys.state(scope), keys.sums(scope))
  await transact(queued)
  return scopes.length
}
