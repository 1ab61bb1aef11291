import type { Scope } from '../domain/names.ts'
import { frontier } from '../domain/plan/frontier.ts'
import type { PlanMemory } from '../domain/plan/plan-graph.ts'
import { stepCost } from '../domain/plan/step-cost.ts'
import type { Memory } from './query-api.ts'
import type { QueryContext } from './query-context.ts'
import { StandingGraph } from './standing-graph.ts'

/** Loads, breadth first, what a plan may need: the recalled memories, and what their links say comes before them. */
export class PlanWalk {
  readonly #limits: QueryContext['limits']
  readonly #graph: StandingGraph
  readonly #scores: ReadonlyMap<string, number>

  constructor(context: QueryContext, scope: Scope, now: number, scores: ReadonlyMap<string, number>) {
    this.#limits = context.limits
    this.#graph = new StandingGraph(context, scope, { now, isBounded: false })
    this.#scores = scores
  }

  /** Goes as far as the limits allow. */
  async walk(): Promise<void> {
    const { planDepth, planMemories } = this.#limits
    let next: readonly string[] = [...this.#scores.keys()]
    for (let depth = 0; depth <= planDepth && next.length > 0; depth += 1) {
      await this.#graph.load(next)
      const asked = this.#graph.asked()
      const { memories, links } = this.input()
      next = frontier(memories, links, asked).slice(0, Math.max(0, planMemories - asked.size))
    }
  }

  /** What is retired, or no longer true, is no step: its correction is, or it is named as missing. */
  input() {
    return { memories: this.#planMemories(), links: this.#graph.links(), absent: this.#graph.absent }
  }

  memory(memoryId: string): Memory {
    return this.#graph.memory(memoryId)!
  }

  #planMemories(): readonly PlanMemory[] {
    return this.#graph.memories().map(({ memory, offset }) => ({
      memoryId: memory.memoryId,
      offset,
      score: this.#scores.get(memory.memoryId) ?? null,
      cost: stepCost(memory.metadata),
    }))
  }
}
