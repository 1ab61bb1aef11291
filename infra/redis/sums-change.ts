import type { Scope } from '../../domain/names.ts'
import type { Factor } from '../../domain/working-memory/working-memory.ts'
import type { NamespaceChange } from '../../projections/ports/working-memory-store.ts'

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

/** Exposures that are not in what stands: their sums have to be sealed and written. */
export function newFactors({ before, after }: NamespaceChange): readonly Factor[] {
  const known = new Set(before?.memory.factors.map(({ offset }) => offset))
  return after.memory.factors.flatMap((factor) => {
    if (known.has(factor.offset)) return []
    if (!('sums' in factor)) throw new TypeError(`The exposure at offset ${factor.offset} came without its sums`)
    return factor
  })
}

/** One more exposure writes its own sums (0.5 kB) and removes those that it displaced, instead of all (140 kB). */
export function sumsChange(key: string, change: NamespaceChange, seal: SealSums): HashChange {
  const { before, after, scope } = change
  const set = newFactors(change).flatMap((factor) => [String(factor.offset), seal(scope, factor)])
  const present = new Set(after.memory.factors.map(({ offset }) => offset))
  const gone = before?.memory.factors.filter(({ offset }) => !present.has(offset)) ?? []
  return { key, empty: before === null, removed: gone.map(({ offset }) => String(offset)), set }
}
