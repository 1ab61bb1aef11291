import type { RankingProfile } from '../command.ts'

/** What a store is like, which decides what its questions are answered by. */
export type Profile = Exclude<RankingProfile, 'auto'>

/** Of what an answer may see. */
export interface Shape {
  readonly rows: number
  /** Rows that have both an author and an episode. */
  readonly spoken: number
}

/**
 * What a namespace is configured to or, with `auto`, what it looks like: a dialogue when at least half of what is visible
 * was said by somebody in an episode. A function of the visible rows alone, so that every process, every replay and every
 * look at the past chooses the same.
 */
export function profileOf(configured: RankingProfile, { rows, spoken }: Shape): Profile {
  if (configured !== 'auto') return configured
  return 2 * spoken >= rows ? 'dialogue' : 'notes'
}
