import type { Identity } from '../domain/identity.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Scope } from '../domain/names.ts'
import type { RecallHit as IndexHit } from '../domain/recall/recall-request.ts'
import { freshRead } from './fresh-read.ts'
import { readableScope } from './namespace-access.ts'
import { memoriesById } from './open-memories.ts'
import type { RecallAnswer, RecallHit } from './query-api.ts'
import type { QueryContext } from './query-context.ts'
import type { RecallRequest } from './requests/requests.ts'

/** Ranks the namespace's view, then fetches and opens the rows of the hits: content is not resident. */
export async function recall(context: QueryContext, identity: Identity, request: RecallRequest): Promise<RecallAnswer> {
  const begun = performance.now()
  const scope = readableScope(identity, request.namespace)
  const { valid, known } = request.asOf
  const asOf = { valid: valid ?? context.clock(), validAsked: valid !== null, known }
  const { value, position, degraded } = await freshRead(context, scope, request, {
    ask: 'answer',
    args: [{ ...request, asOf }],
  })
  const results = await openHits(context, scope, value.hits, known)
  const report = value.reading === null ? null : await densityReport(context, scope, request.query)
  return {
    results,
    queryTimeMs: Math.round((performance.now() - begun) * 1_000) / 1_000,
    asOf: asOf.valid,
    position,
    degraded: [...degraded, ...(report?.degraded ?? [])],
    ...(report === null ? {} : { explanation: { ...value.reading, density: report.density } }),
  }
}

/** Hits with their memories, best first. What was erased since the view was read is left out. */
async function openHits(
  context: QueryContext,
  scope: Scope,
  hits: readonly IndexHit[],
  known: number | null,
): Promise<readonly RecallHit[]> {
  const memories = await memoriesById(context, scope, hits, known)
  return hits.flatMap(({ memoryId, score, signals }) => {
    const memory = memories.get(memoryId)
    if (memory === undefined) return []
    return [{ ...memory, score, ...(signals === undefined ? {} : { signals }) }]
  })
}

interface ReportOfDensity {
  readonly degraded: readonly string[]
  readonly density: JsonObject | null
}

/** Working memory is no part of the ranking, so an answer goes on without it. */
async function densityReport(context: QueryContext, scope: Scope, query: string): Promise<ReportOfDensity> {
  try {
    const report = await context.workingMemory.report(scope, query)
    return { degraded: [], density: report === null ? null : { ...report } }
  } catch (fault) {
    context.onFault(fault)
    return { degraded: ['redis'], density: null }
  }
}
