import type { Identity } from '../domain/identity.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Scope } from '../domain/names.ts'
import { freshRead } from './fresh-read.ts'
import type { IndexHit } from './memory-index.ts'
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
  const read = await freshRead(context, scope, request, (index) => index.recall({ ...request, asOf }))
  const results = await openHits(context, scope, read.value.hits, asOf.known)
  const report = request.explain ? await densityReport(context, scope, request.query) : { degraded: [] }
  return {
    results,
    queryTimeMs: performance.now() - begun,
    asOf: asOf.valid,
    position: read.position,
    degraded: [...read.degraded, ...report.degraded],
    ...('density' in report ? { explanation: { ...read.value.explanation, density: report.density } } : {}),
  }
}

/** Hits with their memories, best first. What was erased since the view was read is left out. */
export async function openHits(
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

type ReportOfDensity =
  | { readonly degraded: readonly string[]; readonly density: JsonObject | null }
  | { readonly degraded: readonly string[] }

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
