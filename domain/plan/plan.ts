import { compareText } from '../compare-text.ts'
import { distinctLinks, type GraphLink } from '../graph/link.ts'
import { dependenciesOf } from './dependency.ts'
import { orderWithCycles } from './order-with-cycles.ts'
import type { Dependency, PlanMemory } from './plan-graph.ts'
import { selectSteps } from './select-steps.ts'

export interface PlanInput {
  /** What was recalled for the goal, and what `frontier` led to. */
  readonly memories: readonly PlanMemory[]
  /** Standing links that start at or lead to one of them; others do no harm. */
  readonly links: readonly GraphLink[]
  /** Ids that were asked for and are not stored here (or are retired). */
  readonly absent: ReadonlySet<string>
  /** At least 1. */
  readonly maxSteps: number
}

export interface PlannedStep {
  readonly memoryId: string
  /** Steps that come before this one, with the link that says so. Links broken with a cycle are not among them. */
  readonly dependsOn: ReadonlyArray<{ readonly memoryId: string; readonly link: GraphLink }>
  /** Every link that this memory states, of ordering types or not. */
  readonly links: readonly GraphLink[]
  readonly cost: number
  /** The best recall score among this memory and whatever, step by step, needs it: links count as certain. 0–1. */
  readonly confidence: number
}

/** A prerequisite that is no step, with the step that needs it. */
export interface Prerequisite {
  readonly memoryId: string
  readonly neededBy: string
  readonly rel: string
}

export interface Plan {
  /** First things first. */
  readonly steps: readonly PlannedStep[]
  /** Prerequisites that are not stored here. */
  readonly missing: readonly Prerequisite[]
  /** Prerequisites that were never asked for, because the caller's limit on loading was reached. */
  readonly unexplored: readonly Prerequisite[]
  /** Memories that each depend on all the others of their list; the first of them is planned first. */
  readonly cycles: ReadonlyArray<readonly string[]>
  /** The links that were given up to begin a cycle somewhere. */
  readonly brokenLinks: readonly GraphLink[]
  /** Recalled memories that did not fit into `maxSteps` with all that comes before them. */
  readonly omitted: number
}

/**
 * A plan for a goal: what was recalled for it and, transitively, everything that has to come before that, ordered by the
 * dependencies; ties by confidence, then by age. It depends on nothing but the input's sets, not on their order.
 */
export function plan(input: PlanInput): Plan {
  const links = distinctLinks(input.links)
  const dependencies = dependenciesOf(links)
  const reached = reach(input.memories, dependencies)
  const compare = (a: string, b: string): number => compareReached(reached.get(a)!, reached.get(b)!)
  const nodes = [...reached.keys()].toSorted(compare)
  const inside = dependencies.filter(({ before, after }) => reached.has(before) && reached.has(after))
  const { order, broken, cycles } = orderWithCycles(nodes, inside, compare)
  const givenUp = new Set(broken)
  const kept = inside.filter((dependency) => !givenUp.has(dependency))
  const recalled = nodes.filter((node) => reached.get(node)!.memory.score !== null).toSorted(byScore(reached))
  const { chosen, omitted } = selectSteps(order, recalled, inside, input.maxSteps)
  const outside = dependencies.filter(({ before, after }) => chosen.has(after) && !reached.has(before))
  return {
    steps: order.filter((node) => chosen.has(node)).map((node) => stepOf(reached.get(node)!, kept, links)),
    missing: outside.filter(({ before }) => input.absent.has(before)).map(prerequisiteOf),
    unexplored: outside.filter(({ before }) => !input.absent.has(before)).map(prerequisiteOf),
    cycles,
    brokenLinks: broken.map(({ link }) => link),
    omitted,
  }
}

interface Reached {
  readonly memory: PlanMemory
  readonly confidence: number
}

/** What the recalled memories need, each with the score of the best of those that need it. */
function reach(memories: readonly PlanMemory[], dependencies: readonly Dependency[]): ReadonlyMap<string, Reached> {
  const byId = new Map(memories.map((memory) => [memory.memoryId, memory]))
  const needs = Map.groupBy(dependencies, ({ after }) => after)
  const reached = new Map<string, Reached>()
  const recalled = memories.filter(({ score }) => score !== null).toSorted((a, b) => b.score! - a.score!)
  for (const { memoryId, score } of recalled) {
    const stack = [memoryId]
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      const memory = byId.get(id)
      if (memory === undefined || reached.has(id)) continue
      reached.set(id, { memory, confidence: score! })
      for (const { before } of needs.get(id) ?? []) stack.push(before)
    }
  }
  return reached
}

const compareReached = (a: Reached, b: Reached): number =>
  b.confidence - a.confidence || a.memory.offset - b.memory.offset || compareText(a.memory.memoryId, b.memory.memoryId)

const byScore =
  (reached: ReadonlyMap<string, Reached>) =>
  (a: string, b: string): number =>
    reached.get(b)!.memory.score! - reached.get(a)!.memory.score! || compareReached(reached.get(a)!, reached.get(b)!)

function stepOf(
  { memory, confidence }: Reached,
  kept: readonly Dependency[],
  links: readonly GraphLink[],
): PlannedStep {
  const { memoryId, cost } = memory
  const needed = kept.filter(({ after }) => after === memoryId)
  return {
    memoryId,
    dependsOn: needed.map(({ before, link }) => ({ memoryId: before, link })),
    links: links.filter(({ from }) => from === memoryId),
    cost,
    confidence,
  }
}

const prerequisiteOf = ({ before, after, link }: Dependency): Prerequisite => ({
  memoryId: before,
  neededBy: after,
  rel: link.rel,
})
