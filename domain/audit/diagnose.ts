import type { FindingKind } from './audit-finding.ts'
import { type ChainedRecord, chainNext } from './chain.ts'

/** A place where the log no longer gives the chain that it once gave, and what stands around it. */
export interface Break {
  /** The first offset whose chain differs. */
  readonly offset: number
  /** The chain before it. */
  readonly before: Uint8Array
  /** What the log holds from the offset on. */
  readonly records: readonly ChainedRecord[]
  /** The chain as it was made once, by offset, from the offset on. */
  readonly chains: ReadonlyMap<number, Uint8Array>
}

export interface Diagnosis {
  readonly kind: Exclude<FindingKind, 'table-rewritten' | 'forged-anchor'>
  /** Where the record that is looked for stands now, or stood once, when it was found. */
  readonly other: number | null
}

/**
 * Tells what was done to the record at a break. The chain that was made once says of any record whether it stood at any
 * offset: it must lead from the value before to the value after. So two questions decide: does the record that stood here
 * still stand elsewhere, and did the one that stands here once stand elsewhere?
 */
export function diagnose(broken: Break): Diagnosis {
  const { offset, records, chains } = broken
  const current = records.find((record) => record.offset === offset)
  const movedTo = records.find((record) => record.offset !== offset && stoodAt(broken, record, offset))
  const cameFrom = current && [...chains.keys()].find((place) => place !== offset && stoodAt(broken, current, place))
  if (movedTo !== undefined && (cameFrom !== undefined || current === undefined)) {
    return { kind: 'reordered', other: movedTo.offset }
  }
  if (movedTo !== undefined) return { kind: 'inserted', other: movedTo.offset }
  if (cameFrom !== undefined || current === undefined) return { kind: 'missing', other: cameFrom ?? null }
  return { kind: 'altered', other: null }
}

function stoodAt({ offset, before, chains }: Break, record: ChainedRecord, place: number): boolean {
  const { timestamp, key, value, headers } = record
  const previous = place === offset ? before : chains.get(place - 1)
  const after = chains.get(place)
  if (previous === undefined || after === undefined) return false
  return Buffer.compare(chainNext(previous, { offset: place, timestamp, key, value, headers }), after) === 0
}
