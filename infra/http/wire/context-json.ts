import { formatInstant } from '../../../domain/instant.ts'
import type { ContextAnswer } from '../../../query-api/query-api.ts'

export const contextJson = (answer: ContextAnswer): Record<string, unknown> => ({
  text: answer.text,
  estimated_tokens: answer.estimatedTokens,
  token_budget: answer.tokenBudget,
  citations: answer.citations.map(({ number, memory, cut }) => ({
    number,
    memory_id: memory.memoryId,
    author: memory.author,
    run_id: memory.runId,
    occurred_at: formatInstant(memory.occurredAt),
    score: memory.score,
    cut,
  })),
  left_out: answer.leftOut.map(({ memoryId, reason, of }) => ({ memory_id: memoryId, reason, of })),
  total_results: answer.citations.length + answer.leftOut.length,
  query_time_ms: answer.queryTimeMs,
  as_of: formatInstant(answer.asOf),
  position: answer.position,
  ...(answer.degraded.length === 0 ? {} : { degraded: answer.degraded }),
})
