import type { Dependency } from './plan-graph.ts'

/**
 * The nodes so that every dependency's `before` precedes its `after` (Kahn 1962); of those that could come next, the first
 * in `compare`'s order. Throws when the dependencies form a cycle.
 */
export function topologicalOrder(
  nodes: readonly string[],
  dependencies: ReadonlyArray<Pick<Dependency, 'before' | 'after'>>,
  compare: (a: string, b: string) => number,
): readonly string[] {
  const waitsFor = new Map<string, number>(nodes.map((node) => [node, 0]))
  const dependents = new Map<string, string[]>(nodes.map((node) => [node, []]))
  for (const { before, after } of dependencies) {
    waitsFor.set(after, waitsFor.get(after)! + 1)
    dependents.get(before)!.push(after)
  }
  const ready = nodes.filter((node) => waitsFor.get(node) === 0)
  const order: string[] = []
  while (ready.length > 0) {
    const next = ready.reduce((best, node) => (compare(node, best) < 0 ? node : best))
    ready.splice(ready.indexOf(next), 1)
    order.push(next)
    for (const dependent of dependents.get(next)!) {
      const left = waitsFor.get(dependent)! - 1
      waitsFor.set(dependent, left)
      if (left === 0) ready.push(dependent)
    }
  }
  if (order.length < nodes.length) throw new Error('The dependencies form a cycle')
  return order
}
