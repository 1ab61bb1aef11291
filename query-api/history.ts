import type { Identity } from '../domain/identity.ts'
import { formatInstant } from '../domain/instant.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Interval, MemoryRow } from '../domain/memory.ts'
import type { OutcomeRow } from '../domain/outcome.ts'
import { openMemories } from './open-memories.ts'
import type { Reach } from './ports/reach.ts'
import { positionText } from './position-text.ts'
import type { QueryContext } from './query-context.ts'
import { readableRow } from './read-memory.ts'

/**
 * What was known of a memory, and when, in the form of the wire (snake case, RFC 3339 instants):
 * `{memory_id, namespace, position, rehearsals, intervals: [{known_from, known_to, valid_from, valid_to}],
 * versions: [{memory_id, occurred_at, recorded_at, content, position, asked}], outcome}`.
 * `versions` is the chain of corrections that the memory is part of, oldest first; the content of an erased one is `null`.
 */
export async function history(
  context: QueryContext,
  identity: Identity,
  memoryId: string,
  reach?: Reach,
): Promise<JsonObject> {
  const row = await readableRow(context, identity, memoryId, reach)
  const [earlier, later, outcome] = await Promise.all([
    chain(context, row, (version) => version.supersedes),
    chain(context, row, (version) => version.supersededBy),
    context.reader.outcome(identity.tenant, row.commandId),
  ])
  return {
    memory_id: row.memoryId,
    namespace: row.namespace,
    position: positionText(row.partition, row.offset, context.progress),
    rehearsals: row.rehearsals,
    intervals: row.intervals.map((interval) => intervalJson(interval, row.occurredAt)),
    versions: await versionsJson(context, [...earlier.reverse(), row, ...later], memoryId),
    outcome: outcome === null ? null : outcomeJson(outcome, context),
  }
}

/** The versions before or after `row`, nearest first, up to the limit. */
async function chain(
  { reader, limits }: QueryContext,
  row: MemoryRow,
  next: (version: MemoryRow) => string | null,
): Promise<MemoryRow[]> {
  const versions: MemoryRow[] = []
  let id = next(row)
  while (id !== null && versions.length < limits.historyDepth) {
    const version = await reader.memory(row.tenant, id)
    if (version === null || version.namespace !== row.namespace) break
    versions.push(version)
    id = next(version)
  }
  return versions
}

async function versionsJson(
  context: QueryContext,
  rows: readonly MemoryRow[],
  asked: string,
): Promise<readonly JsonObject[]> {
  const memories = await openMemories(context, rows)
  return rows.map((row) => ({
    memory_id: row.memoryId,
    occurred_at: formatInstant(row.occurredAt),
    recorded_at: formatInstant(row.recordedAt),
    content: memories.get(row.memoryId)?.content ?? null,
    position: positionText(row.partition, row.offset, context.progress),
    asked: row.memoryId === asked,
  }))
}

const intervalJson = (interval: Interval, validFrom: number): JsonObject => ({
  known_from: formatInstant(interval.knownFrom),
  known_to: instantOrNull(interval.knownTo),
  valid_from: formatInstant(validFrom),
  valid_to: instantOrNull(interval.validTo),
})

const outcomeJson = (row: OutcomeRow, { progress }: QueryContext): JsonObject => ({
  command_id: row.commandId,
  status: row.outcome.status,
  reason: row.outcome.status === 'refused' ? row.outcome.reason : null,
  known_at: formatInstant(row.knownAt),
  position: positionText(row.partition, row.offset, progress),
})

const instantOrNull = (instant: number | null): string | null => (instant === null ? null : formatInstant(instant))
