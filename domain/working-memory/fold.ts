import { DENSITY_RANK } from '../density/density.ts'
import { MAX_REHEARSALS } from '../memory.ts'
import type { WorkingMemoryEvent } from './event.ts'
import { itemOf, outranks, withItem } from './held-items.ts'
import { CAPACITY, type Factor, type FactorHead, type HeldMemory, type WorkingMemoryItem } from './working-memory.ts'

type Remembered = Extract<WorkingMemoryEvent, { readonly type: 'remembered' }>

/** Why what is held does not suffice to go on: something beyond it may take a place. */
export type SeedReason = 'left' | 'restored' | 'rehearsed-beyond-held'

/** `seed-needed`: the state at the event's offset depends on live rows that are not held; seed there or later. */
export type FoldResult<F extends FactorHead = Factor> =
  | { readonly outcome: 'folded'; readonly state: HeldMemory<F> }
  | { readonly outcome: 'seed-needed'; readonly reason: SeedReason }

/**
 * Folds one event of the namespace. What it returns as folded equals a seed at that offset, bit for bit. Events at or below
 * the state's position change nothing, so repeats do no harm.
 */
export function foldWorkingMemory<F extends FactorHead>(
  state: HeldMemory<F>,
  event: WorkingMemoryEvent,
): FoldResult<F | Factor> {
  if (event.offset <= state.position) return { outcome: 'folded', state }
  switch (event.type) {
    case 'remembered':
      return foldRemembered(state, event)
    case 'retired':
      return foldRetired(state, event.offset, new Set(event.memoryIds))
    case 'erased':
      return foldErased(state, event.offset, new Set(event.keyIds))
    case 'restored':
      return { outcome: 'seed-needed', reason: 'restored' }
    case 'rehearsed':
      return foldRehearsed(state, event.offset, event.memoryId)
    case 'unaffected':
      return folded({ ...state, position: event.offset })
  }
}

const folded = <F extends FactorHead>(state: HeldMemory<F>): FoldResult<F> => ({ outcome: 'folded', state })

/** Fewer than the limit are held: then they are all there are, and no other can move up. */
const holdsAll = (held: readonly unknown[], limit: number): boolean => held.length < limit

/** The newest exposure always enters ρ. A correction takes the place of what it corrects, if it ranks high enough. */
function foldRemembered<F extends FactorHead>(
  state: HeldMemory<F>,
  { offset, memory, sums, supersedes }: Remembered,
): FoldResult<F | Factor> {
  const item = itemOf(memory)
  const items = without(state.items, ({ memoryId }) => memoryId === supersedes)
  const factors = without(state.factors, ({ memoryId }) => memoryId === supersedes)
  if (items.length < state.items.length && !fillsGap(state.items, item)) return leftGap
  if (factors.length < state.factors.length && sums === null && !holdsAll(state.factors, DENSITY_RANK)) return leftGap
  return folded<F | Factor>({
    position: offset,
    items: withItem(items, item),
    factors:
      sums === null ? factors : withFactor(factors, { memoryId: memory.memoryId, offset, keyId: memory.keyId, sums }),
  })
}

/** The same array when nothing leaves: what was computed from it stays good. */
const without = <T>(held: readonly T[], left: (one: T) => boolean): readonly T[] =>
  held.some(left) ? held.filter((one) => !left(one)) : held

const leftGap: FoldResult<never> = { outcome: 'seed-needed', reason: 'left' }

/** Whatever was evicted ranks below the last of the held: who outranks that one comes before all of them. */
const fillsGap = (held: readonly WorkingMemoryItem[], item: WorkingMemoryItem): boolean =>
  holdsAll(held, CAPACITY) || outranks(item, held[CAPACITY - 1]!)

function withFactor<F extends FactorHead>(factors: readonly F[], factor: Factor): readonly (F | Factor)[] {
  return factors.length < DENSITY_RANK ? [...factors, factor] : [...factors.slice(1), factor]
}

const foldRetired = <F extends FactorHead>(
  state: HeldMemory<F>,
  position: number,
  memoryIds: ReadonlySet<string>,
): FoldResult<F> => foldLeft(state, position, ({ memoryId }) => memoryIds.has(memoryId))

const foldErased = <F extends FactorHead>(
  state: HeldMemory<F>,
  position: number,
  keyIds: ReadonlySet<string>,
): FoldResult<F> => foldLeft(state, position, ({ keyId }) => keyIds.has(keyId))

/** What is not held either was evicted, and stays beyond, or was not live. */
function foldLeft<F extends FactorHead>(
  state: HeldMemory<F>,
  position: number,
  left: (held: { readonly memoryId: string; readonly keyId: string }) => boolean,
): FoldResult<F> {
  const items = without(state.items, left)
  const factors = without(state.factors, left)
  const itemsKnown = items.length === state.items.length || holdsAll(state.items, CAPACITY)
  const factorsKnown = factors.length === state.factors.length || holdsAll(state.factors, DENSITY_RANK)
  return itemsKnown && factorsKnown ? folded({ position, items, factors }) : leftGap
}

/** One more rehearsal only raises what is held; of what is not held it is not known how often it was rehearsed. */
function foldRehearsed<F extends FactorHead>(state: HeldMemory<F>, position: number, memoryId: string): FoldResult<F> {
  const held = state.items.find((item) => item.memoryId === memoryId)
  if (held === undefined) {
    if (holdsAll(state.items, CAPACITY)) return folded({ ...state, position })
    return { outcome: 'seed-needed', reason: 'rehearsed-beyond-held' }
  }
  const item = itemOf({ ...held, rehearsals: Math.min(held.rehearsals + 1, MAX_REHEARSALS) })
  const others = state.items.filter((other) => other !== held)
  return folded({ position, items: withItem(others, item), factors: state.factors })
}
