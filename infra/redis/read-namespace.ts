import { outranks } from '../../domain/working-memory/held-items.ts'
import type { FactorHead, HeldMemory, WorkingMemoryItem } from '../../domain/working-memory/working-memory.ts'
import type { NamespaceState } from '../../projections/ports/working-memory-store.ts'
import { decodeFactor, decodeHead, decodeItem, HEAD_FIELD, type NamespaceHead } from './namespace-fields.ts'

export interface ReadNamespace {
  readonly head: NamespaceHead
  readonly state: NamespaceState
}

/**
 * A namespace from the fields of its hash, or `null` when it is not there: never written, of an earlier beginning of the
 * partition, or incomplete, as after a Redis that evicts keys. What is not there is seeded.
 */
export function readNamespace(
  fields: ReadonlyMap<string, Buffer>,
  sums: number,
  incarnation: string | null,
): ReadNamespace | null {
  const bytes = fields.get(HEAD_FIELD)
  if (bytes === undefined) return null
  const head = decodeHead(bytes)
  if (head.incarnation !== incarnation) return null
  const memory = memoryOf(head.position, fields)
  if (memory.items.length !== head.items || memory.factors.length !== head.factors || sums !== head.factors) return null
  return { head, state: { generation: head.generation, longTermVersion: head.longTermVersion, memory } }
}

function memoryOf(position: number, fields: ReadonlyMap<string, Buffer>): HeldMemory<FactorHead> {
  const items: WorkingMemoryItem[] = []
  const factors: FactorHead[] = []
  for (const [field, bytes] of fields) {
    const offset = Number(field.slice(1))
    if (field.startsWith('i')) items.push(decodeItem(offset, bytes))
    else if (field.startsWith('f')) factors.push(decodeFactor(offset, bytes))
  }
  return {
    position,
    items: items.sort((a, b) => (outranks(a, b) ? -1 : 1)),
    factors: factors.sort((a, b) => a.offset - b.offset),
  }
}
