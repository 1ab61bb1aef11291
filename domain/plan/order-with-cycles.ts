import type { Dependency } from './plan-graph.ts'
import { strongComponents } from './strong-components.ts'
import { topologicalOrder } from './topological-order.ts'

export interface OrderWithCycles {
  readonly order: readonly string[]
  /** Dependencies that the order gives up, each part of a cycle. */
  readonly broken: readonly Dependency[]
  /** Nodes that each depend on all the others of their list, in the order's preference. */
  readonly cycles: ReadonlyArray<readonly string[]>
}

/**
 * An order that respects, also over several steps, whatever is not part of a cycle. Nodes that depend on one another stay
 * together and give up as little as it takes to begin: the first of them in `compare`'s order waits for none of the others,
 * and the rest is ordered in the same way. The time grows with the square of a set's size at worst.
 */
export function orderWithCycles(
  nodes: readonly string[],
  dependencies: readonly Dependency[],
  compare: (a: string, b: string) => number,
): OrderWithCycles {
  const sets = strongComponents(successorsOf(nodes, dependencies)).map((set) => set.toSorted(compare))
  const setOf = new Map(sets.flatMap((set) => set.map((node) => [node, set])))
  const headOf = (node: string): string => setOf.get(node)![0]!
  const across = dependencies
    .map(({ before, after }) => ({ before: headOf(before), after: headOf(after) }))
    .filter(({ before, after }) => before !== after)
  const within = Map.groupBy(
    dependencies.filter(({ before, after }) => headOf(before) === headOf(after)),
    ({ after }) => headOf(after),
  )
  const order: string[] = []
  const broken: Dependency[] = []
  const heads = sets.map((set) => set[0]!)
  for (const head of topologicalOrder(heads, across, compare)) {
    order.push(head)
    const links = within.get(head) ?? []
    broken.push(...links.filter(({ after }) => after === head))
    const rest = setOf.get(head)!.slice(1)
    if (rest.length === 0) continue
    const inner = orderWithCycles(rest, links.filter(isWithout(head)), compare)
    order.push(...inner.order)
    broken.push(...inner.broken)
  }
  const cycles = sets.filter((set) => within.has(set[0]!)).toSorted((a, b) => compare(a[0]!, b[0]!))
  return { order, broken, cycles }
}

const isWithout =
  (node: string) =>
  ({ before, after }: Dependency): boolean =>
    before !== node && after !== node

function successorsOf(nodes: readonly string[], dependencies: readonly Dependency[]): ReadonlyMap<string, string[]> {
  const successors = new Map<string, string[]>(nodes.map((node) => [node, []]))
  for (const { before, after } of dependencies) successors.get(before)!.push(after)
  return successors
}
