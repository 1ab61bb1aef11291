import type { Scope } from '../../domain/names.ts'
import type { Factor, FactorHead, WorkingMemoryItem } from '../../domain/working-memory/working-memory.ts'
import type { NamespaceChange } from '../../projections/ports/working-memory-store.ts'
import { encodeFactor, encodeHead, encodeItem, factorField, HEAD_FIELD, itemField } from './namespace-fields.ts'
import type { StoredCheckpoint } from './stored-checkpoint.ts'

/** What a move does to one hash. */
export interface HashChange {
  readonly key: string
  /** Empties it first. */
  readonly empty: boolean
  readonly removed: readonly string[]
  /** Fields and values in turn. */
  readonly set: readonly (string | Buffer)[]
}

export type SealSums = (scope: Scope, factor: Factor) => Buffer

/** New exposures of a change: those whose sums have to be sealed and written. */
export function newFactors({ before, after }: NamespaceChange): readonly Factor[] {
  const known = new Set(before?.memory.factors.map(({ offset }) => offset))
  return after.memory.factors.flatMap((factor) => {
    if (known.has(factor.offset)) return []
    if (!('sums' in factor)) throw new TypeError(`The exposure at offset ${factor.offset} came without its sums`)
    return factor
  })
}

/**
 * What differs between before and after: one more memory writes its item, its exposure and the head (0.7 kB) and removes
 * those that it displaced, instead of the whole namespace (150 kB).
 */
export function headsChange(key: string, change: NamespaceChange, at: StoredCheckpoint): HashChange {
  const { before, after } = change
  const { items, factors } = after.memory
  const kept = new Map(before?.memory.items.map((item) => [item.offset, item]))
  const set: (string | Buffer)[] = []
  for (const item of items)
    if (!sameItem(kept.get(item.offset), item)) set.push(itemField(item.offset), encodeItem(item))
  for (const factor of newFactors(change)) set.push(factorField(factor.offset), encodeFactor(factor))
  const head = {
    incarnation: at.incarnation,
    move: at.move,
    generation: after.generation,
    longTermVersion: after.longTermVersion,
    position: after.memory.position,
    items: items.length,
    factors: factors.length,
  }
  set.push(HEAD_FIELD, encodeHead(head))
  const removed = [
    ...offsetsGone(before?.memory.items, items).map(itemField),
    ...offsetsGone(before?.memory.factors, factors).map(factorField),
  ]
  return { key, empty: before === null, removed, set }
}

export function sumsChange(key: string, change: NamespaceChange, seal: SealSums): HashChange {
  const { before, after, scope } = change
  const set = newFactors(change).flatMap((factor) => [String(factor.offset), seal(scope, factor)])
  const removed = offsetsGone(before?.memory.factors, after.memory.factors).map(String)
  return { key, empty: before === null, removed, set }
}

/** Of one memory only its rehearsals, and with them its priority, change. */
const sameItem = (a: WorkingMemoryItem | undefined, b: WorkingMemoryItem): boolean => a?.rehearsals === b.rehearsals

function offsetsGone(before: readonly FactorHead[] | undefined, after: readonly FactorHead[]): number[] {
  if (before === undefined) return []
  const present = new Set(after.map(({ offset }) => offset))
  return before.flatMap(({ offset }) => (present.has(offset) ? [] : offset))
}
