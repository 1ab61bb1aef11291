import type { Filter } from '../domain/filter/filter.ts'
import type { Scope } from '../domain/names.ts'
import { context as readyContext } from './context.ts'
import { graphNeighbours } from './graph-neighbours.ts'
import { graphPath } from './graph-path.ts'
import { guardedOpener } from './guarded-opener.ts'
import { guardedReader } from './guarded-reader.ts'
import { guardedWorkingMemory } from './guarded-working-memory.ts'
import { history } from './history.ts'
import { linksOfMemory } from './links-of-memory.ts'
import { list } from './list.ts'
import { listEpisodes } from './list-episodes.ts'
import { listNamespaces } from './list-namespaces.ts'
import { memoryIdsMatching } from './matching-ids.ts'
import { MemoryIndex } from './memory-index.ts'
import { type PassedErasure, passErasures } from './pass-erasures.ts'
import { planGoal } from './plan-goal.ts'
import { noViewMetrics } from './ports/view-metrics.ts'
import type { QueryApi } from './query-api.ts'
import type { QueryContext } from './query-context.ts'
import type { QueryDeps } from './query-deps.ts'
import { defaultQueryLimits } from './query-limits.ts'
import { readCommand } from './read-command.ts'
import { readMemory } from './read-memory.ts'
import { readWorkingMemory } from './read-working-memory.ts'
import { recall } from './recall.ts'
import { Turns } from './turns.ts'
import { ViewCache, type ViewStatus } from './view-cache.ts'
import type { IndexSettings } from './view-index.ts'

/** The query side's door, and a look at the views behind it. */
export interface ServedQueryApi extends QueryApi {
  /** The namespaces that are resident or being loaded, least recently used first. */
  views(): readonly ViewStatus[]
  /** The memories that a filter names at the log's head; for commands that name memories by filter. */
  memoryIdsMatching(scope: Scope, filter: Filter): Promise<readonly string[]>
  /** Brings resident views behind erasures that long-term memory has folded. */
  passErasures(erasures: readonly PassedErasure[]): Promise<void>
}

export function createQueryApi(deps: QueryDeps): ServedQueryApi {
  const context = contextOf(deps)
  return {
    recall: (identity, request) => recall(context, identity, request),
    context: (identity, request) => readyContext(context, identity, request),
    list: (identity, request) => list(context, identity, request),
    episodes: (identity, request) => listEpisodes(context, identity, request),
    memory: (identity, memoryId, reach) => readMemory(context, identity, memoryId, reach),
    history: (identity, memoryId, reach) => history(context, identity, memoryId, reach),
    links: (identity, memoryId, reach) => linksOfMemory(context, identity, memoryId, reach),
    namespaces: (identity, request, reach) => listNamespaces(context, identity, request, reach),
    command: (identity, commandId, reach) => readCommand(context, identity, commandId, reach),
    workingMemory: (identity, namespace) => readWorkingMemory(context, identity, namespace),
    plan: (identity, request) => planGoal(context, identity, request),
    neighbours: (identity, request, reach) => graphNeighbours(context, identity, request, reach),
    path: (identity, request, reach) => graphPath(context, identity, request, reach),
    views: () => context.views.status(),
    memoryIdsMatching: (scope, filter) => memoryIdsMatching(context, scope, filter),
    passErasures: (erasures) => passErasures(context.views, erasures, context.onFault),
  }
}

function contextOf(deps: QueryDeps): QueryContext {
  const limits = { ...defaultQueryLimits, ...deps.limits }
  const reader = guardedReader(deps.reader)
  const opener = guardedOpener(deps.opener)
  const workingMemory = guardedWorkingMemory(deps.workingMemory)
  const { progress, clock, defaultAfter, onFault, viewMetrics: metrics = noViewMetrics } = deps
  const written = deps.written ?? null
  const embedder = deps.embedder ?? null
  const makeIndex = (settings: IndexSettings) => new MemoryIndex(settings)
  const loader = deps.viewLoader ?? null
  const host = deps.viewHost ?? null
  const parts = {
    reader,
    opener,
    progress,
    metrics,
    limits,
    makeIndex,
    loader,
    host,
    snapshots: null,
    onFault,
    turns: new Turns(),
  }
  const views = new ViewCache<MemoryIndex>(parts)
  return { reader, opener, written, progress, views, workingMemory, embedder, clock, defaultAfter, limits, onFault }
}
