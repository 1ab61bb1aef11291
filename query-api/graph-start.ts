import type { Scope } from '../domain/names.ts'
import { ProblemError } from '../domain/problem.ts'
import type { QueryContext } from './query-context.ts'
import { StandingGraph } from './standing-graph.ts'

/** The graph of a namespace as it stands now, for a walk that is bounded. */
export const walkedGraph = (context: QueryContext, scope: Scope): StandingGraph =>
  new StandingGraph(context, scope, { now: context.clock(), isBounded: true })

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
