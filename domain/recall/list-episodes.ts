import type { TextColumn } from './columns/text-column.ts'
import type { EpisodePlace, EpisodeQuery, ListedEpisode } from './recall-request.ts'

/** What episodes are told from, by row. */
export interface EpisodeColumns {
  readonly run: TextColumn
  readonly occurredAt: Float64Array
  /** 1 for each row that counts. */
  readonly eligible: Uint8Array
  /** Rows in use, row 0 included. */
  readonly end: number
}

/** The episodes of the rows that count, newest last turn first, ties by name: one pass over the rows, one over the episodes. */
export function listEpisodes(
  columns: EpisodeColumns,
  { behind, limit }: Pick<EpisodeQuery, 'behind' | 'limit'>,
): ListedEpisode[] {
  const { memories, first, last } = spansOf(columns)
  const { dictionary } = columns.run
  const placeOf = (code: number): EpisodePlace => ({ lastOccurredAt: last[code]!, runId: dictionary.value(code)! })
  const compare = (a: number, b: number): number => last[b]! - last[a]! || comparePlaces(placeOf(a), placeOf(b))

  const kept: number[] = []
  /** The last of as many as are asked for: what stands behind it is on no page. 0 while there are fewer. */
  let cut = 0
  // Codes are given in the order of arrival, so the newest episodes mostly come first this way, and set the cut.
  for (let code = memories.length - 1; code > 0; code--) {
    if (memories[code] === 0 || (cut !== 0 && compare(code, cut) > 0)) continue
    if (behind !== null && comparePlaces(placeOf(code), behind) <= 0) continue
    kept.push(code)
    if (kept.length < 2 * limit) continue
    kept.sort(compare)
    kept.length = limit
    cut = kept.at(-1)!
  }
  return kept
    .sort(compare)
    .slice(0, limit)
    .map((code) => ({ ...placeOf(code), firstOccurredAt: first[code]!, memories: memories[code]! }))
}

/** How many rows of each episode count, and when the first and the last of them occurred; by code. */
function spansOf({ run, occurredAt, eligible, end }: EpisodeColumns) {
  const codes = run.codes.data
  const memories = new Uint32Array(run.dictionary.codes)
  const first = new Float64Array(memories.length).fill(Number.POSITIVE_INFINITY)
  const last = new Float64Array(memories.length).fill(Number.NEGATIVE_INFINITY)
  for (let row = 1; row < end; row++) {
    const code = codes[row]!
    if (code === 0 || eligible[row] !== 1) continue
    const at = occurredAt[row]!
    memories[code]!++
    if (at < first[code]!) first[code] = at
    if (at > last[code]!) last[code] = at
  }
  return { memories, first, last }
}

function comparePlaces(a: EpisodePlace, b: EpisodePlace): number {
  if (a.lastOccurredAt !== b.lastOccurredAt) return b.lastOccurredAt - a.lastOccurredAt
  if (a.runId === b.runId) return 0
  return a.runId < b.runId ? -1 : 1
}
