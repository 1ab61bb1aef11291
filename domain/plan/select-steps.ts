import type { Dependency } from './plan-graph.ts'

export interface Selection {
  readonly chosen: ReadonlySet<string>
  /** Recalled memories that are not chosen. */
  readonly omitted: number
}

/**
 * At most `maxSteps` nodes, none without its prerequisites: recalled memories, best first, each with all that comes before
 * it as long as that fits. When not even the best fits, the first steps towards it, in `order`.
 */
export function selectSteps(
  order: readonly string[],
  recalled: readonly string[],
  dependencies: readonly Dependency[],
  maxSteps: number,
): Selection {
  const needs = Map.groupBy(dependencies, ({ after }) => after)
  const chosen = new Set<string>()
  for (const goal of recalled) {
    const closure = closureOf(goal, needs, chosen)
    if (chosen.size + closure.size <= maxSteps) for (const node of closure) chosen.add(node)
  }
  if (chosen.size === 0 && recalled.length > 0) {
    const closure = closureOf(recalled[0]!, needs, chosen)
    for (const node of order.filter((one) => closure.has(one)).slice(0, maxSteps)) chosen.add(node)
  }
  return { chosen, omitted: recalled.filter((node) => !chosen.has(node)).length }
}

/** `goal` and what comes before it, except what is chosen already. */
function closureOf(
  goal: string,
  needs: ReadonlyMap<string, readonly Dependency[]>,
  chosen: ReadonlySet<string>,
): ReadonlySet<string> {
  const closure = new Set<string>()
  const stack = [goal]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (chosen.has(node) || closure.has(node)) continue
    closure.add(node)
    for (const { before } of needs.get(node) ?? []) stack.push(before)
  }
  return closure
}
