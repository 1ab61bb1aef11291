import type { Checkpoint } from '../../domain/checkpoint.ts'
import { DENSITY_RANK } from '../../domain/density/density.ts'
import { encode } from '../../domain/encoding/encode.ts'
import type { Scope } from '../../domain/names.ts'
import { seedWorkingMemory } from '../../domain/working-memory/seed.ts'
import type { Factor, WorkingMemory } from '../../domain/working-memory/working-memory.ts'
import { DataKeyMissingError } from './data-key-missing-error.ts'
import type { LiveRows, SealedMemory, SeedSource } from './working-memory-source.ts'

export interface Seeded {
  readonly checkpoint: Checkpoint
  readonly state: WorkingMemory
}

interface Exposures {
  readonly factors: readonly Factor[]
  readonly destroyed: readonly string[]
}

/**
 * Seeds a namespace from long-term memory at its checkpoint. Reads again, without them, when rows turn out to be
 * tombstones (their key destroyed, the `Erase` not yet folded), and further back when contents have no encoding: what is
 * beyond them moves up.
 */
export async function seedFromSource(source: SeedSource, scope: Scope): Promise<Seeded> {
  const destroyed = new Set<string>()
  let limit = DENSITY_RANK
  for (;;) {
    const rows = await source.liveRows(scope, [...destroyed], limit)
    const exposures = await openExposures(source, scope, rows)
    const state = seedWorkingMemory(rows.checkpoint.offset, rows.memories, exposures.factors)
    const tombstones = [...exposures.destroyed, ...(await destroyedKeys(source, scope, state))]
    if (tombstones.some((keyId) => destroyed.has(keyId))) throw new Error('The source returned rows of an excluded key')
    for (const keyId of tombstones) destroyed.add(keyId)
    if (tombstones.length > 0) continue
    if (exposures.factors.length >= DENSITY_RANK || rows.newest.length < limit) {
      return { checkpoint: rows.checkpoint, state }
    }
    limit *= 2
  }
}

async function openExposures(source: SeedSource, scope: Scope, rows: LiveRows): Promise<Exposures> {
  const opened = await source.open(scope, rows.newest)
  const factors: Factor[] = []
  const destroyed: string[] = []
  for (const [i, memory] of rows.newest.entries()) {
    const content = opened[i]!
    if (content.ok) factors.push(...factorOf(memory, content.secret.content))
    else if (content.reason === 'missing') throw new DataKeyMissingError(scope, content.keyId)
    else destroyed.push(memory.keyId)
  }
  return { factors, destroyed }
}

function factorOf({ memoryId, offset, keyId }: SealedMemory, content: string): readonly Factor[] {
  const sums = encode(content)
  return sums === null ? [] : [{ memoryId, offset, keyId, sums }]
}

/** Keys of held items that are destroyed. */
async function destroyedKeys(source: SeedSource, scope: Scope, state: WorkingMemory): Promise<string[]> {
  const keyIds = [...new Set(state.items.map(({ keyId }) => keyId))]
  const states = await source.keyStates(keyIds)
  const missing = keyIds.find((_, i) => states[i] === 'missing')
  if (missing !== undefined) throw new DataKeyMissingError(scope, missing)
  return keyIds.filter((_, i) => states[i] === 'destroyed')
}
