import { createHash } from 'node:crypto'
import { lengthPrefixed } from '../../domain/length-prefixed.ts'
import { PARTITIONS } from '../../domain/partition.ts'
import { workingMemoryHash } from '../../domain/working-memory/working-memory-hash.ts'
import { seedFromSource } from '../../projections/working-memory/seed-from-source.ts'
import type { WorkingMemorySource } from '../../projections/working-memory/working-memory-source.ts'
import { listScopes } from '../sqlite/long-term/list-scopes.ts'

/**
 * One hash over everything that is derived from the log: all rows and checkpoints of long-term memory, and the working
 * memory with its density matrix of every namespace. SHA-256, hex.
 */
export async function stateFingerprint(
  stateFile: string,
  longTermHash: string,
  source: WorkingMemorySource,
): Promise<string> {
  const hash = createHash('sha256').update(lengthPrefixed('somabrain/state', String(PARTITIONS), longTermHash))
  for (const scope of listScopes(stateFile)) {
    const { state } = await seedFromSource(source, scope)
    hash.update(lengthPrefixed(scope.tenant, scope.namespace, workingMemoryHash(state)))
  }
  return hash.digest('hex')
}
