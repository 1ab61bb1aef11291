import { setImmediate as otherWork } from 'node:timers/promises'
import type { GraphLink } from '../domain/graph/hop.ts'
import { type LinkRow, type MemoryRow, standing } from '../domain/memory.ts'
import type { Scope } from '../domain/names.ts'
import { openMemories } from './open-memories.ts'
import type { Memory } from './query-api.ts'
import type { QueryContext } from './query-context.ts'
import type { QueryLimits } from './query-limits.ts'

/** Memories that are loaded and opened between two turns of the event loop. */
const AT_ONCE = 50

/**
 * Memories of a namespace that stand, and the stated links between them, loaded as a walk asks for them. What was corrected is
 * its correction, which takes over the links of the corrected one.
 */
export class StandingGraph {
  readonly #context: QueryContext
  readonly #scope: Scope
  readonly #now: number
  readonly #isBounded: boolean
  readonly #memories = new Map<string, { readonly memory: Memory; readonly offset: number }>()
  readonly #corrections = new Map<string, string>()
  readonly #absent = new Set<string>()
  #links: GraphLink[] = []
  #isCut = false

  /** `now`: whose time is up does not stand, milliseconds. `isBounded`: not all links of a memory are read if they are too many. */
  constructor(context: QueryContext, scope: Scope, { now, isBounded }: { now: number; isBounded: boolean }) {
    this.#context = context
    this.#scope = scope
    this.#now = now
    this.#isBounded = isBounded
  }

  /** Whether a memory may have more links than were read. */
  get isCut(): boolean {
    return this.#isCut
  }

  /** With the offset of each `Remember`. */
  memories(): ReadonlyArray<{ readonly memory: Memory; readonly offset: number }> {
    return [...this.#memories.values()]
  }

  memory(memoryId: string): Memory | null {
    return this.#memories.get(memoryId)?.memory ?? null
  }

  offsetOf(memoryId: string): number {
    return this.#memories.get(memoryId)!.offset
  }

  /** Ids that were asked for and stand for nothing: never stored here, erased, retired, or out of date. */
  get absent(): ReadonlySet<string> {
    return this.#absent
  }

  /** What need not be loaded. */
  asked(): ReadonlySet<string> {
    return new Set([...this.#memories.keys(), ...this.#absent])
  }

  /** Of what was loaded, from and to what stands for it now. */
  links(): readonly GraphLink[] {
    const links = this.#links.map(({ from, rel, to }) => ({ from: this.current(from), rel, to: this.current(to) }))
    return links.filter(({ from, to }) => from !== to)
  }

  /** The correction of what was corrected, itself for all else. A correction occurs later than what it corrects, so chains end. */
  current(id: string): string {
    const by = this.#corrections.get(id)
    return by === undefined ? id : this.current(by)
  }

  /** Of each chain of corrections, down to the version that stands, as long as the store has it. */
  async load(ids: readonly string[]): Promise<void> {
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      if (at > 0) await otherWork()
      await this.#loadSome(ids.slice(at, at + AT_ONCE))
    }
  }

  async #loadSome(ids: readonly string[]): Promise<void> {
    const { reader, limits } = this.#context
    let pending = ids
    for (let version = 0; version < limits.historyDepth && pending.length > 0; version += 1) {
      const most = this.#isBounded ? mostLinksOfEach(pending.length, limits) : undefined
      const [rows, links] = await Promise.all([
        reader.memories(this.#scope, pending),
        reader.links(this.#scope, pending, most),
      ])
      this.#isCut ||= reaches(links, most)
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
}

/** In each of two directions. */
const mostLinksOfEach = (ids: number, { graphLinks, graphLinksAtOnce }: QueryLimits): number =>
  Math.max(1, Math.min(graphLinks, Math.floor(graphLinksAtOnce / (2 * ids))))

/** Whether any memory has so many links in one direction. */
function reaches(links: readonly LinkRow[], most = Number.POSITIVE_INFINITY): boolean {
  if (links.length < most) return false
  const ends = links.flatMap(({ from, to }) => [`from ${from}`, `to ${to}`])
  const counts = new Map<string, number>()
  for (const end of ends) counts.set(end, (counts.get(end) ?? 0) + 1)
  return [...counts.values()].some((count) => count >= most)
}

function standsAt(row: MemoryRow, now: number): boolean {
  const interval = standing(row.intervals)
  return interval !== null && (interval.validTo === null || now < interval.validTo)
}
