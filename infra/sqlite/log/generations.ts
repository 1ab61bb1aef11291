import type { DatabaseSync } from 'node:sqlite'

/** The offsets from `firstOffset` on, up to the next one's, belong to `generation`. */
export interface GenerationSpan {
  readonly partition: number
  readonly firstOffset: number
  readonly generation: string
}

/** All spans, by partition and offset. */
export function readGenerations(database: DatabaseSync): readonly GenerationSpan[] {
  const rows = database
    .prepare('select partition, first_offset, generation from generations order by partition, first_offset')
    .all()
  return rows.map((row) => ({
    partition: Number(row.partition),
    firstOffset: Number(row.first_offset),
    generation: String(row.generation),
  }))
}

/** The span that `offset` lies in; an offset before the first (−1: "nothing yet") counts to the first. */
export function generationAt(spans: readonly GenerationSpan[], partition: number, offset: number): string | null {
  const own = spans.filter((span) => span.partition === partition)
  const span = own.findLast((candidate) => candidate.firstOffset <= offset) ?? own[0]
  return span?.generation ?? null
}
