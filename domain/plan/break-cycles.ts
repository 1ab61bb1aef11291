import type { Dependency } from './plan-graph.ts'
import { strongComponents } from './strong-components.ts'

export interface Acyclic {
  /** Dependencies that an order can respect together. */
  readonly kept: readonly Dependency[]
  /** Those given up, each part of a cycle. */
  readonly broken: readonly Dependency[]
  /** Memories that each depend on all the others of their list, the first of them planned first. */
  readonly cycles: ReadonlyArray<readonly string[]>
}

/**
 * Names every set of memories that depend on one another and gives up as little as it takes to begin somewhere: of each
 * set, the first in `compare`'s order no longer waits for the others. What remains of the set is looked at again.
 */
export function breakCycles(
  nodes: readonly string[],
  dependencies: readonly Dependency[],
  compare: (a: string, b: string) => number,
): Acyclic {
  let kept = dependencies
  const broken: Dependency[] = []
  const sets = cyclesOf(nodes, kept, compare)
  for (let cycles = sets; cycles.length > 0; cycles = cyclesOf(nodes, kept, compare)) {
    const cycleOf = new Map(cycles.flatMap((cycle) => cycle.map((node) => [node, cycle])))
    const isBroken = ({ before, after }: Dependency): boolean => {
      const cycle = cycleOf.get(after)
      return cycle !== undefined && cycle[0] === after && cycleOf.get(before) === cycle
    }
    broken.push(...kept.filter(isBroken))
    kept = kept.filter((dependency) => !isBroken(dependency))
  }
  return { kept, broken, cycles: sets }
}

function cyclesOf(
  nodes: readonly string[],
  dependencies: readonly Dependency[],
  compare: (a: string, b: string) => number,
): string[][] {
  const successors = new Map<string, string[]>(nodes.map((node) => [node, []]))
  for (const { before, after } of dependencies) successors.get(before)!.push(after)
  return strongComponents(successors)
    .filter((set) => set.length > 1 || successors.get(set[0]!)!.includes(set[0]!))
    .map((set) => set.toSorted(compare))
    .toSorted((a, b) => compare(a[0]!, b[0]!))
}
