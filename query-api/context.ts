import { assembleContext } from '../domain/context/assemble-context.ts'
import type { Identity } from '../domain/identity.ts'
import { decodePosition } from '../domain/position.ts'
import type { ContextAnswer, RecallHit } from './query-api.ts'
import type { QueryContext } from './query-context.ts'
import { recall } from './recall.ts'
import type { ContextRequest } from './requests/requests.ts'

/** Recalls, and writes what fits into the budget as a text that can stand in front of a model. */
export async function context(
  queryContext: QueryContext,
  identity: Identity,
  request: ContextRequest,
): Promise<ContextAnswer> {
  const begun = performance.now()
  const answer = await recall(queryContext, identity, { ...request, explain: false, include: null })
  const candidates = answer.results.map((hit) => ({ ...hit, offset: offsetOf(hit) }))
  const { text, estimatedTokens, cited, leftOut } = assembleContext(candidates, request.tokenBudget)
  return {
    text,
    estimatedTokens,
    tokenBudget: request.tokenBudget,
    citations: cited.map(({ number, memory, cut }) => ({ number, memory, cut })),
    leftOut,
    asOf: answer.asOf,
    queryTimeMs: Math.round((performance.now() - begun) * 1_000) / 1_000,
    position: answer.position,
    degraded: answer.degraded,
  }
}

function offsetOf(hit: RecallHit): number {
  const position = decodePosition(hit.position)
  if (position === null) throw new Error(`A memory has the position ${hit.position}, which is none.`)
  return position.offset
}
