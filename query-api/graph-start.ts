import type { Identity } from '../domain/identity.ts'
import type { Scope } from '../domain/names.ts'
import { ProblemError } from '../domain/problem.ts'
import { awaitAfter, freshRows, type RowsStand } from './fresh-rows.ts'
import { readableScope } from './namespace-access.ts'
import type { Reach } from './ports/reach.ts'
import type { QueryContext } from './query-context.ts'
import { readableRow } from './read-memory.ts'
import { StandingGraph } from './standing-graph.ts'

interface Walk {
  readonly namespace: string | null
  readonly after: string | null
}

interface Start {
  readonly id: string
  /** That named it. */
  readonly field: string
  readonly reach: Reach | undefined
}

/** The graph of a namespace as it stands now, as fresh as `after` asks, with nothing loaded. */
export async function beginWalk(
  context: QueryContext,
  identity: Identity,
  walk: Walk,
  start: Start,
): Promise<{ readonly graph: StandingGraph; readonly stand: RowsStand }> {
  const scope = await walkedScope(context, identity, walk, start)
  const stand = await freshRows(context, scope, walk.after)
  return { graph: new StandingGraph(context, scope, { now: context.clock(), isBounded: true }), stand }
}

/** The named namespace, or that of the memory where the walk begins. */
async function walkedScope(context: QueryContext, identity: Identity, walk: Walk, start: Start): Promise<Scope> {
  if (walk.namespace !== null) return readableScope(identity, walk.namespace)
  await awaitAfter(context, walk.after)
  const { tenant, namespace } = await readableRow(context, identity, start.id, start.reach, start.field)
  return { tenant, namespace }
}

/**
 * The memory that stands for an id, its correction if it was corrected. What never was, is erased, retired, out of date, or is in
 * another namespace is one and the same `memory_not_found`.
 */
export function graphStart(graph: StandingGraph, memoryId: string, field: string): string {
  const id = graph.current(memoryId)
  if (graph.memory(id) !== null) return id
  throw new ProblemError({
    code: 'memory_not_found',
    detail: `No memory ${memoryId} stands in this namespace.`,
    field,
    expected: 'the id of a memory that stands in the namespace',
  })
}
