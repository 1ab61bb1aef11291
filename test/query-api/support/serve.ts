import type { Identity } from '../../../domain/identity.ts'
import { isLive } from '../../../domain/memory.ts'
import { partitionKey, partitionOf } from '../../../domain/partition.ts'
import { decodePosition } from '../../../domain/position.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { createQueryApi } from '../../../query-api/create-query-api.ts'
import { guardedOpener } from '../../../query-api/guarded-opener.ts'
import { guardedReader } from '../../../query-api/guarded-reader.ts'
import { MemoryIndex } from '../../../query-api/memory-index.ts'
import { noViewMetrics } from '../../../query-api/ports/view-metrics.ts'
import type { WorkingMemory } from '../../../query-api/ports/working-memory.ts'
import type { QueryDeps } from '../../../query-api/query-deps.ts'
import { defaultQueryLimits } from '../../../query-api/query-limits.ts'
import type { ListRequest, PageRequest, PlanRequest, RecallRequest } from '../../../query-api/requests/requests.ts'
import type { IndexSettings } from '../../../query-api/view-index.ts'
import { FoldedLog } from './folded-log.ts'
import { hostedViews, testsAreHosted } from './hosted-views.ts'
import { OpenSecrets } from './open-secrets.ts'

export const scope = { tenant: 'acme', namespace: 'notes' }
export const partition = partitionOf(partitionKey(scope))
export const reader: Identity = { tenant: 'acme', principal: 'test', roles: ['reader'], namespaces: null }

/** The query application over a log, at an instant that a test sets. */
export function serve(log = new FoldedLog(), deps: Partial<QueryDeps> = {}) {
  const opener = new OpenSecrets()
  const time = { now: 1_000_000 }
  const faults: unknown[] = []
  const limits = { visibleWaitMs: 20, ...(testsAreHosted ? { hostFromRows: 0 } : {}), ...deps.limits }
  const onFault = (fault: unknown) => faults.push(fault)
  const served = {
    reader: guardedReader(deps.reader ?? log),
    opener: guardedOpener(deps.opener ?? opener),
    loader: null,
    snapshots: null,
    limits: { ...defaultQueryLimits, ...limits },
    makeIndex: (settings: IndexSettings) => new MemoryIndex(settings),
  }
  const key = async () => null
  const host = { progress: deps.progress ?? log, key, metrics: noViewMetrics, onFault }
  const api = createQueryApi({
    ...(testsAreHosted ? { viewHost: hostedViews(served, host) } : {}),
    reader: log,
    progress: log,
    opener,
    workingMemory: workingMemoryOf(log),
    clock: () => time.now,
    defaultAfter: 'latest',
    onFault,
    ...deps,
    limits,
  })
  return { api, log, opener, time, faults }
}

export const asking = (query: string, parts: Partial<RecallRequest> = {}): RecallRequest => ({
  namespace: scope.namespace,
  query,
  k: 10,
  filter: null,
  asOf: { valid: null, known: null },
  after: null,
  minScore: null,
  explain: false,
  allowStale: false,
  include: null,
  ...parts,
})

export const PAGE: PageRequest = { limit: 50, cursor: null }

export const listing = (parts: Partial<ListRequest> = {}): ListRequest => ({
  namespace: scope.namespace,
  filter: null,
  limit: 50,
  cursor: null,
  after: null,
  ...parts,
})

export const planning = (goal: string, parts: Partial<PlanRequest> = {}): PlanRequest => ({
  namespace: scope.namespace,
  goal,
  maxSteps: 10,
  filter: null,
  after: null,
  ...parts,
})

export const offsetOf = (position: string): number => decodePosition(position)!.offset

/** The problem that a promise is refused with. Any other end is an error. */
export async function refusal(promise: Promise<unknown>) {
  try {
    await promise
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  throw new Error('It was answered, not refused')
}

/** Holds every live memory, the newest first. */
function workingMemoryOf(log: FoldedLog): WorkingMemory {
  return {
    async state(of) {
      const rows = log
        .rows(of)
        .filter(isLive)
        .sort((a, b) => b.offset - a.offset)
      if (rows.length === 0) return null
      const at = partitionOf(partitionKey(of))
      const offset = log.folded(at)
      const density = { exposures: rows.length, trace: 1, purity: 0.5, dimension: 256 }
      const items = rows.map(({ memoryId, offset: priority }) => ({ memoryId, priority }))
      return { position: { generation: log.generationOf(at, offset)!, partition: at, offset }, items, density }
    },
    async report(of) {
      return log.rows(of).length === 0 ? null : { novelty: 0.25, drift: null, diversity: 0.5 }
    },
  }
}
