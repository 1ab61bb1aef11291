import type { Identity } from '../domain/identity.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Scope } from '../domain/names.ts'
import { ProblemError } from '../domain/problem.ts'
import type { RecallHit as IndexHit } from '../domain/recall/recall-request.ts'
import { embedQuery, withVector } from './embed-query.ts'
import { freshRead } from './fresh-read.ts'
import { readableScope } from './namespace-access.ts'
import { memoriesById, openMemories } from './open-memories.ts'
import type { WrittenMemories } from './ports/written-memories.ts'
import type { Memory, RecallAnswer, RecallHit } from './query-api.ts'
import type { QueryContext } from './query-context.ts'
import type { RecallRequest } from './requests/requests.ts'

/** Ranks the namespace's view, then fetches and opens the rows of the hits: content is not resident. */
export async function recall(context: QueryContext, identity: Identity, request: RecallRequest): Promise<RecallAnswer> {
  const begun = performance.now()
  const scope = readableScope(identity, request.namespace)
  const { valid, known } = request.asOf
  const asOf = { valid: valid ?? context.clock(), validAsked: valid !== null, known }
  const embedded = await embedQuery(context, scope, request, request.query)
  const { value, position, degraded } = await freshRead(context, scope, request, {
    ask: 'answer',
    args: [withVector({ ...request, asOf }, embedded)],
  })
  const { results, stale } = await openHits(context, scope, value.hits, request)
  const report = value.reading === null ? null : await densityReport(context, scope, request.query)
  return {
    results,
    queryTimeMs: Math.round((performance.now() - begun) * 1_000) / 1_000,
    asOf: asOf.valid,
    position,
    degraded: [
      ...new Set([...degraded, ...embedded.degraded, ...(stale ? ['stale'] : []), ...(report?.degraded ?? [])]),
    ],
    ...(report === null ? {} : { explanation: { ...value.reading, density: report.density } }),
  }
}

interface OpenedHits {
  readonly results: readonly RecallHit[]
  /** Their memories are as they were written. */
  readonly stale: boolean
}

/** Hits with their memories, best first. What was erased since the view was read is left out. */
async function openHits(
  context: QueryContext,
  scope: Scope,
  hits: readonly IndexHit[],
  request: RecallRequest,
): Promise<OpenedHits> {
  const { memories, stale } = await memoriesOf(context, scope, hits, request)
  const results = hits.flatMap(({ memoryId, score, signals }) => {
    const memory = memories.get(memoryId)
    if (memory === undefined) return []
    return [{ ...memory, score, ...(signals === undefined ? {} : { signals }) }]
  })
  return { results, stale }
}

/** From long-term memory; while that does not answer and the caller takes what is stale, from the log. */
async function memoriesOf(
  context: QueryContext,
  scope: Scope,
  hits: readonly IndexHit[],
  { asOf: { known }, allowStale }: RecallRequest,
): Promise<{ readonly memories: ReadonlyMap<string, Memory>; readonly stale: boolean }> {
  try {
    return { memories: await memoriesById(context, scope, hits, known), stale: false }
  } catch (fault) {
    if (!allowStale || context.written === null || !isStoreUnavailable(fault)) throw fault
    const rows = await writtenRows(context.written, scope, hits, fault)
    return { memories: await openMemories(context, rows, known), stale: true }
  }
}

/** With neither store nor log there is nothing to answer with: the store's refusal is the answer. */
async function writtenRows(written: WrittenMemories, scope: Scope, hits: readonly IndexHit[], fault: ProblemError) {
  try {
    return await written.written(scope, hits)
  } catch (cause) {
    throw new ProblemError(fault.problem, { cause })
  }
}

const isStoreUnavailable = (fault: unknown): fault is ProblemError =>
  fault instanceof ProblemError && fault.problem.code === 'store_unavailable'

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
