import type { Filter } from '../filter/filter.ts'
import type { AsOf } from './indexed-memory.ts'
import type { SignalReports } from './ranking/signal-reports.ts'

export interface RecallQuery {
  readonly query: string
  /** At most so many hits. */
  readonly k: number
  /** Restricts the hits, never the statistics that they are ranked with. */
  readonly filter: Filter | null
  readonly asOf: AsOf
  /** Leaves out hits below it, 0–1. */
  readonly minScore: number | null
  readonly explain: boolean
  /** Of the query, by the model of the index's vectors. */
  readonly vector?: Float32Array
}

export interface RecallHit {
  readonly memoryId: string
  readonly offset: number
  /** 0–1, calibrated: means the same for every query. */
  readonly score: number
  /** When explained. */
  readonly signals?: SignalReports
}

export interface ListQuery {
  readonly filter: Filter | null
  readonly asOf: AsOf
  /** Only memories below this offset; `null` begins with the newest. */
  readonly beforeOffset: number | null
  readonly limit: number
}

export interface ListedMemory {
  readonly memoryId: string
  readonly offset: number
}

/** Where an episode stands among those that are listed: newest last turn first, then by name. */
export interface EpisodePlace {
  /** Milliseconds. */
  readonly lastOccurredAt: number
  readonly runId: string
}

export interface EpisodeQuery {
  /** Restricts the memories that are counted. */
  readonly filter: Filter | null
  readonly asOf: AsOf
  /** Only episodes behind this place; `null` begins with the newest. */
  readonly behind: EpisodePlace | null
  readonly limit: number
}

export interface ListedEpisode extends EpisodePlace {
  readonly firstOccurredAt: number
  /** How many of its memories are visible and match. */
  readonly memories: number
}
