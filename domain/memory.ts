import type { Kind, RankingProfile } from './command.ts'
import type { Scope } from './names.ts'
import type { RowVector } from './vector/row-vectors.ts'

/**
 * A stretch of known time during which a memory (or link) was held to be true, and until when it was held to be valid.
 * A retirement closes the last one, a restore opens another, a correction closes one and opens one with a nearer end.
 */
export interface Interval {
  /** Known time, inclusive. */
  readonly knownFrom: number
  /** Known time, exclusive; `null` while it stands. */
  readonly knownTo: number | null
  /** End of validity, exclusive; `null` when open. Validity begins at the memory's `occurredAt`. */
  readonly validTo: number | null
}

/** A row of long-term memory: the envelope in clear, the content sealed as it came. */
export interface MemoryRow extends Scope {
  readonly memoryId: string
  readonly commandId: string
  readonly partition: number
  /** Offset of the `Remember`. */
  readonly offset: number
  readonly keyId: string
  readonly kind: Kind
  readonly occurredAt: number
  readonly recordedAt: number
  /** Known time: max(`recordedAt`, known time of the record before it in its partition). */
  readonly knownAt: number
  /** Thousandths, 0–1000. */
  readonly importance: number
  readonly principal: string
  readonly supersedes: string | null
  readonly supersededBy: string | null
  /** 1 + the number of times it was reinforced, at most 1,024. */
  readonly rehearsals: number
  readonly intervals: readonly Interval[]
  /** Last offset that altered the row, its links or its intervals. */
  readonly changed: number
  readonly contentHmac: Uint8Array
  readonly contentLength: number
  /** Committed number (schemas/catalogue.json) of the schema that carried the `Remember`. */
  readonly dataSchema: number
  /** `null` once erased. */
  readonly sealed: Uint8Array | null
  /** Oldest first, at least one; absent when the memory has none. */
  readonly vectors?: readonly RowVector[]
}

export interface LinkRow extends Scope {
  readonly from: string
  readonly rel: string
  readonly to: string
  readonly intervals: readonly Interval[]
  readonly changed: number
}

export interface NamespaceRow extends Scope {
  readonly partition: number
  /** Live memories (whose time may be up). */
  readonly live: number
  /** All memories ever stored, retired and superseded ones too. */
  readonly total: number
  readonly language: string
  readonly profile: RankingProfile
  readonly firstKnownAt: number
  readonly lastKnownAt: number
}

export const MAX_REHEARSALS = 1024

/** The interval that stands now, or `null` for what is retired. */
export function standing(intervals: readonly Interval[]): Interval | null {
  const last = intervals.at(-1)
  return last !== undefined && last.knownTo === null ? last : null
}

/** Live: not retired, superseded or erased. Whether its time is up is for readers, who know the time. */
export const isLive = (row: MemoryRow): boolean =>
  row.sealed !== null && row.supersededBy === null && standing(row.intervals) !== null

/** The interval that was standing at known time `known` (`null`: now). */
export function intervalKnownAt(intervals: readonly Interval[], known: number | null): Interval | null {
  if (known === null) return standing(intervals)
  for (const interval of intervals) {
    if (interval.knownFrom <= known && (interval.knownTo === null || known < interval.knownTo)) return interval
  }
  return null
}
