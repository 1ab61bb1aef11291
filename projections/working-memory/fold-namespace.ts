import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { Factor, FactorHead } from '../../domain/working-memory/working-memory.ts'
import type { NamespaceState } from '../ports/working-memory-store.ts'
import { foldRecords } from './fold-from-source.ts'
import { type Seeded, seedFromSource } from './seed-from-source.ts'
import type { TouchedNamespace } from './touched-namespaces.ts'
import type { SeedSource } from './working-memory-source.ts'

/**
 * The state of a touched namespace at `upTo` or, by a seed, further. It is seeded when nothing is held, when what is held
 * was made from another long-term memory, and when the fold needs what is not held. `longTerm` is at `upTo` or beyond.
 */
export async function foldNamespace(
  source: SeedSource,
  { scope, records }: TouchedNamespace,
  held: NamespaceState | null,
  longTerm: Checkpoint,
  upTo: number,
): Promise<NamespaceState<FactorHead | Factor>> {
  if (held !== null && stemsFrom(held, longTerm)) {
    const result = await foldRecords(source, scope, held.memory, records, upTo)
    if (result.outcome === 'folded') return { ...held, memory: result.state }
  }
  return namespaceStateOf(await seedFromSource(source, scope))
}

export const stemsFrom = ({ generation, longTermVersion }: NamespaceState, longTerm: Checkpoint): boolean =>
  generation === longTerm.generation && longTermVersion === longTerm.foldVersion

export const namespaceStateOf = ({ checkpoint, state }: Seeded): NamespaceState<Factor> => ({
  generation: checkpoint.generation,
  longTermVersion: checkpoint.foldVersion,
  memory: state,
})
