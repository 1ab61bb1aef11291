import type { Scope } from '../../../domain/names.ts'
import { partitionKey, partitionOf } from '../../../domain/partition.ts'
import type { WorkingMemoryStore } from '../../../projections/ports/working-memory-store.ts'
import { namespaceStateOf } from '../../../projections/working-memory/fold-namespace.ts'
import { seedFromSource } from '../../../projections/working-memory/seed-from-source.ts'
import type { SeedSource } from '../../../projections/working-memory/working-memory-source.ts'

/** Projectors move the same partition: each of their moves makes one of these start over. */
const TRIES = 20

/**
 * Writes a namespace's seed beside the projectors, by the same compare-and-set. False when they were faster every time, or
 * when the partition was not begun yet: the namespace is then seeded at its first use.
 */
export async function seedNamespace(store: WorkingMemoryStore, source: SeedSource, scope: Scope): Promise<boolean> {
  const partition = partitionOf(partitionKey(scope))
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const seeded = await seedFromSource(source, scope)
    const { checkpoint, revision, namespaces } = await store.load(partition, [scope])
    if (checkpoint.offset < 0) return false
    // A projector met the namespace first.
    if (namespaces[0] !== null) return true
    // The partition has passed the seed: what lies between could have touched the namespace.
    if (seeded.state.position < checkpoint.offset) continue
    const changes = [{ scope, before: null, after: namespaceStateOf(seeded) }]
    const move = await store.move(partition, { revision, from: checkpoint, to: checkpoint, changes })
    if (move.outcome === 'moved') return true
  }
  return false
}
