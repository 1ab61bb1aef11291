import { distinctLinks, type GraphLink } from '../graph/link.ts'
import { dependenciesOf } from './dependency.ts'
import type { PlanMemory } from './plan-graph.ts'

/**
 * The ids to load next on the way from what was recalled to what has to come before it: prerequisites of `memories`, named
 * by `links`, that are neither among them nor in `asked`. Breadth first when the caller loads what it is given (memories,
 * and the links that start at or lead to them), adds it, and asks again, until this is empty or a limit is reached.
 */
export function frontier(
  memories: readonly PlanMemory[],
  links: readonly GraphLink[],
  asked: ReadonlySet<string>,
): readonly string[] {
  const known = new Set(memories.map(({ memoryId }) => memoryId))
  const next = new Set<string>()
  for (const { before, after } of dependenciesOf(distinctLinks(links))) {
    if (known.has(after) && !known.has(before) && !asked.has(before)) next.add(before)
  }
  return [...next]
}
