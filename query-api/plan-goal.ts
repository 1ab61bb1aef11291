import type { Identity } from '../domain/identity.ts'
import { type MemoryRow, standing } from '../domain/memory.ts'
import type { Scope } from '../domain/names.ts'
import { frontier } from '../domain/plan/frontier.ts'
import { type PlannedStep, type Prerequisite, plan } from '../domain/plan/plan.ts'
import type { PlanLink, PlanMemory } from '../domain/plan/plan-graph.ts'
import { stepCost } from '../domain/plan/step-cost.ts'
import { freshRead } from './fresh-read.ts'
import { readableScope } from './namespace-access.ts'
import { openMemories } from './open-memories.ts'
import type { Memory, PlanAnswer, PlanStep } from './query-api.ts'
import type { QueryContext } from './query-context.ts'
import type { PlanRequest } from './requests/requests.ts'

/** Steps towards a goal: what is recalled for it and, along the links, what has to come before that. */
export async function planGoal(context: QueryContext, identity: Identity, request: PlanRequest): Promise<PlanAnswer> {
  const scope = readableScope(identity, request.namespace)
  const now = context.clock()
  const read = await freshRead(context, scope, { after: request.after, allowStale: false }, (index) =>
    index.recall({
      query: request.goal,
      k: context.limits.planSeeds,
      filter: request.filter,
      asOf: { valid: now, validAsked: false, known: null },
      minScore: null,
      explain: false,
    }),
  )
  const scores = new Map(read.value.map(({ memoryId, score }) => [memoryId, score]))
  const graph = new PlanWalk(context, scope, now, scores)
  await graph.walk()
  const planned = plan({ ...graph.input(), maxSteps: request.maxSteps })
  return {
    goal: request.goal,
    steps: planned.steps.map((step, i) => stepOf(step, i + 1, graph.memory(step.memoryId))),
    missing: planned.missing.map(prerequisiteOf),
    unexplored: planned.unexplored.map(prerequisiteOf),
    cycles: planned.cycles,
    omitted: planned.omitted,
    position: read.position,
    degraded: read.degraded,
  }
}

/** Loads, breadth first, what a plan may need: the recalled memories, and what their links say comes before them. */
class PlanWalk {
  readonly #context: QueryContext
  readonly #scope: Scope
  readonly #now: number
  readonly #scores: ReadonlyMap<string, number>
  readonly #memories = new Map<string, { readonly memory: Memory; readonly offset: number }>()
  readonly #absent = new Set<string>()
  #links: PlanLink[] = []

  constructor(context: QueryContext, scope: Scope, now: number, scores: ReadonlyMap<string, number>) {
    this.#context = context
    this.#scope = scope
    this.#now = now
    this.#scores = scores
  }

  async walk(): Promise<void> {
    const { planDepth, planMemories } = this.#context.limits
    let next: readonly string[] = [...this.#scores.keys()]
    for (let depth = 0; depth <= planDepth && next.length > 0; depth += 1) {
      await this.#load(next)
      const asked = new Set([...this.#memories.keys(), ...this.#absent])
      next = frontier(this.#planMemories(), this.#links, asked).slice(0, Math.max(0, planMemories - asked.size))
    }
  }

  input() {
    return { memories: this.#planMemories(), links: this.#links, absent: this.#absent }
  }

  memory(memoryId: string): Memory {
    return this.#memories.get(memoryId)!.memory
  }

  async #load(ids: readonly string[]): Promise<void> {
    const { reader } = this.#context
    const [rows, links] = await Promise.all([reader.memories(this.#scope, ids), reader.links(this.#scope, ids)])
    const opened = await openMemories(
      this.#context,
      rows.filter((row) => standsAt(row, this.#now)),
    )
    for (const { memoryId, offset } of rows) {
      const memory = opened.get(memoryId)
      if (memory !== undefined) this.#memories.set(memoryId, { memory, offset })
    }
    for (const id of ids) if (!this.#memories.has(id)) this.#absent.add(id)
    const stated = links.filter(({ intervals }) => standing(intervals) !== null)
    this.#links = [...this.#links, ...stated.map(({ from, rel, to }) => ({ from, rel, to }))]
  }

  #planMemories(): readonly PlanMemory[] {
    return [...this.#memories.values()].map(({ memory, offset }) => ({
      memoryId: memory.memoryId,
      offset,
      score: this.#scores.get(memory.memoryId) ?? null,
      cost: stepCost(memory.metadata),
    }))
  }
}

/** What is retired, or no longer true, is no step: it is named as missing. */
function standsAt(row: MemoryRow, now: number): boolean {
  const interval = standing(row.intervals)
  return interval !== null && (interval.validTo === null || now < interval.validTo)
}

const stepOf = (step: PlannedStep, number: number, memory: Memory): PlanStep => ({
  step: number,
  memory,
  links: step.links.map(({ rel, to }) => ({ rel, target: to })),
  dependsOn: step.dependsOn.map(({ memoryId, link }) => ({ memoryId, rel: link.rel })),
  cost: step.cost,
  confidence: step.confidence,
})

const prerequisiteOf = ({ memoryId, neededBy, rel }: Prerequisite) => ({ memoryId, neededBy, rel })
