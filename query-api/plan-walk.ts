import { type MemoryRow, standing } from '../domain/memory.ts'
import type { Scope } from '../domain/names.ts'
import { frontier } from '../domain/plan/frontier.ts'
import type { PlanLink, PlanMemory } from '../domain/plan/plan-graph.ts'
import { stepCost } from '../domain/plan/step-cost.ts'
import { openMemories } from './open-memories.ts'
import type { Memory } from './query-api.ts'
import type { QueryContext } from './query-context.ts'

/**
 * Loads, breadth first, what a plan may need: the recalled memories, and what their links say comes before them. What
 * was corrected is planned as its correction, which takes over the links of the corrected one.
 */
export class PlanWalk {
  readonly #context: QueryContext
  readonly #scope: Scope
  readonly #now: number
  readonly #scores: ReadonlyMap<string, number>
  readonly #memories = new Map<string, { readonly memory: Memory; readonly offset: number }>()
  readonly #corrections = new Map<string, string>()
  readonly #absent = new Set<string>()
  #links: PlanLink[] = []

  constructor(context: QueryContext, scope: Scope, now: number, scores: ReadonlyMap<string, number>) {
    this.#context = context
    this.#scope = scope
    this.#now = now
    this.#scores = scores
  }

  /** Goes as far as the limits allow. */
  async walk(): Promise<void> {
    const { planDepth, planMemories } = this.#context.limits
    let next: readonly string[] = [...this.#scores.keys()]
    for (let depth = 0; depth <= planDepth && next.length > 0; depth += 1) {
      await this.#load(next)
      const asked = new Set([...this.#memories.keys(), ...this.#absent])
      const { memories, links } = this.input()
      next = frontier(memories, links, asked).slice(0, Math.max(0, planMemories - asked.size))
    }
  }

  input() {
    const links = this.#links.map(({ from, rel, to }) => ({ from: this.#current(from), rel, to: this.#current(to) }))
    return { memories: this.#planMemories(), links: links.filter(({ from, to }) => from !== to), absent: this.#absent }
  }

  memory(memoryId: string): Memory {
    return this.#memories.get(memoryId)!.memory
  }

  /** Of each chain of corrections, down to the version that stands, as long as the store has it. */
  async #load(ids: readonly string[]): Promise<void> {
    const { reader, limits } = this.#context
    let pending = ids
    for (let version = 0; version < limits.historyDepth && pending.length > 0; version += 1) {
      const [rows, links] = await Promise.all([
        reader.memories(this.#scope, pending),
        reader.links(this.#scope, pending),
      ])
      const stated = links.filter(({ intervals }) => standing(intervals) !== null)
      this.#links = [...this.#links, ...stated.map(({ from, rel, to }) => ({ from, rel, to }))]
      await this.#take(pending, rows)
      pending = [...new Set(pending.flatMap((id) => this.#corrections.get(id) ?? []))].filter((id) => !this.#knows(id))
    }
  }

  async #take(ids: readonly string[], rows: readonly MemoryRow[]): Promise<void> {
    const opened = await openMemories(
      this.#context,
      rows.filter((row) => standsAt(row, this.#now)),
    )
    for (const { memoryId, offset, supersededBy } of rows) {
      const memory = opened.get(memoryId)
      if (memory !== undefined) this.#memories.set(memoryId, { memory, offset })
      else if (supersededBy !== null) this.#corrections.set(memoryId, supersededBy)
    }
    for (const id of ids) if (!this.#knows(id)) this.#absent.add(id)
  }

  #knows(id: string): boolean {
    return this.#memories.has(id) || this.#corrections.has(id) || this.#absent.has(id)
  }

  /** A correction occurs later than what it corrects, so chains end. */
  #current(id: string): string {
    const by = this.#corrections.get(id)
    return by === undefined ? id : this.#current(by)
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

/** What is retired, or no longer true, is no step: its correction is, or it is named as missing. */
function standsAt(row: MemoryRow, now: number): boolean {
  const interval = standing(row.intervals)
  return interval !== null && (interval.validTo === null || now < interval.validTo)
}
