import type { RememberSecret } from '../domain/command.ts'
import { type Interval, intervalKnownAt, type MemoryRow } from '../domain/memory.ts'
import type { Progress } from './ports/progress.ts'
import { positionText } from './position-text.ts'
import type { Memory } from './query-api.ts'

/** A row and what was sealed in it, as callers see a memory; `known`: as it was known then (`null`: now). */
export function memoryOfRow(
  row: MemoryRow,
  secret: RememberSecret,
  progress: Progress,
  known: number | null = null,
): Memory {
  const interval = intervalKnownAt(row.intervals, known)
  return {
    memoryId: row.memoryId,
    namespace: row.namespace,
    content: secret.content,
    metadata: secret.metadata,
    kind: row.kind,
    author: secret.author,
    runId: secret.runId,
    userId: secret.userId,
    agentId: secret.agentId,
    tags: secret.tags,
    importance: row.importance / 1000,
    occurredAt: row.occurredAt,
    recordedAt: row.recordedAt,
    validUntil: (interval ?? row.intervals.at(-1))?.validTo ?? null,
    supersedes: row.supersedes,
    supersededBy: row.supersededBy,
    retiredAt: interval === null ? retiredAt(row.intervals, known) : null,
    rehearsals: row.rehearsals,
    position: positionText(row.partition, row.offset, progress),
  }
}

/** When it was last retired, as far as that was known at `known`. */
function retiredAt(intervals: readonly Interval[], known: number | null): number | null {
  const ends = intervals.map((interval) => interval.knownTo).filter((to) => to !== null)
  return ends.filter((to) => known === null || to <= known).at(-1) ?? null
}
