import { formatInstant } from '../../../domain/instant.ts'
import type {
  CommandSummary,
  EpisodePage,
  Memory,
  MemoryPage,
  NamespaceSummary,
  PlanAnswer,
  RecallAnswer,
  RecallHit,
  WorkingMemoryAnswer,
} from '../../../query-api/query-api.ts'

type Json = Record<string, unknown>

const instantOrNull = (instant: number | null): string | null => (instant === null ? null : formatInstant(instant))

/** Only when something was missing: an answer without `degraded` is whole. */
export const degradedJson = (degraded: readonly string[]): Json => (degraded.length === 0 ? {} : { degraded })

export const memoryJson = (memory: Memory): Json => ({
  memory_id: memory.memoryId,
  namespace: memory.namespace,
  content: memory.content,
  metadata: memory.metadata,
  kind: memory.kind,
  author: memory.author,
  run_id: memory.runId,
  user_id: memory.userId,
  agent_id: memory.agentId,
  tags: memory.tags,
  importance: memory.importance,
  occurred_at: formatInstant(memory.occurredAt),
  recorded_at: formatInstant(memory.recordedAt),
  valid_until: instantOrNull(memory.validUntil),
  supersedes: memory.supersedes,
  superseded_by: memory.supersededBy,
  retired_at: instantOrNull(memory.retiredAt),
  rehearsals: memory.rehearsals,
  position: memory.position,
})

function hitJson(hit: RecallHit, include: ReadonlySet<string> | null): Json {
  const whole: Json = { ...memoryJson(hit), score: hit.score }
  if (hit.signals !== undefined) whole.signals = hit.signals
  if (include === null) return whole
  const chosen: Json = { memory_id: hit.memoryId, score: hit.score }
  for (const field of include) if (field in whole) chosen[field] = whole[field]
  return chosen
}

export function recallJson(answer: RecallAnswer, include: readonly string[] | null): Json {
  const fields = include === null ? null : new Set(include)
  return {
    results: answer.results.map((hit) => hitJson(hit, fields)),
    total_results: answer.results.length,
    query_time_ms: answer.queryTimeMs,
    as_of: formatInstant(answer.asOf),
    position: answer.position,
    ...(answer.degraded.includes('stale') ? { stale: true } : {}),
    ...degradedJson(answer.degraded),
    ...(answer.explanation === undefined ? {} : { explanation: answer.explanation }),
  }
}

export const pageJson = (page: MemoryPage): Json => ({
  items: page.items.map(memoryJson),
  next_cursor: page.nextCursor,
  position: page.position,
  ...degradedJson(page.degraded),
})

export const episodesJson = (page: EpisodePage): Json => ({
  items: page.items.map((episode) => ({
    run_id: episode.runId,
    memories: episode.memories,
    first_occurred_at: formatInstant(episode.firstOccurredAt),
    last_occurred_at: formatInstant(episode.lastOccurredAt),
  })),
  next_cursor: page.nextCursor,
  position: page.position,
  ...degradedJson(page.degraded),
})

export const namespaceJson = (summary: NamespaceSummary): Json => ({
  namespace: summary.namespace,
  memories: summary.memories,
  retired: summary.retired,
  language: summary.language,
  profile: summary.profile,
  first_recorded_at: formatInstant(summary.firstRecordedAt),
  last_recorded_at: formatInstant(summary.lastRecordedAt),
})

export const commandJson = (command: CommandSummary): Json => ({
  command_id: command.commandId,
  type: command.type,
  memory_id: command.memoryId,
  status: command.status,
  reason: command.reason,
  position: command.position,
  known_at: formatInstant(command.knownAt),
})

export const workingMemoryJson = (answer: WorkingMemoryAnswer): Json => ({
  items: answer.items.map((item) => ({ ...memoryJson(item), priority: item.priority })),
  density: answer.density,
  position: answer.position,
  ...degradedJson(answer.degraded),
})

const neededJson = ({ memoryId, neededBy, rel }: PlanAnswer['missing'][number]): Json => ({
  memory_id: memoryId,
  needed_by: neededBy,
  rel,
})

export const planJson = (answer: PlanAnswer): Json => ({
  goal: answer.goal,
  steps: answer.steps.map((step) => ({
    step: step.step,
    memory: memoryJson(step.memory),
    links: step.links,
    depends_on: step.dependsOn.map(({ memoryId, rel }) => ({ memory_id: memoryId, rel })),
    cost: step.cost,
    confidence: step.confidence,
  })),
  missing: answer.missing.map(neededJson),
  unexplored: answer.unexplored.map(neededJson),
  cycles: answer.cycles,
  omitted: answer.omitted,
  position: answer.position,
  ...degradedJson(answer.degraded),
})
