import { setImmediate as otherWork } from 'node:timers/promises'
import type { Direction } from '../domain/graph/hop.ts'
import type { GraphLink } from '../domain/graph/link.ts'
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
  #stated: readonly GraphLink[] = []
  /** Of what was loaded, from and to what stands for it now; `null`: to be made anew. */
  #links: readonly GraphLink[] | null = null
  /** Ids of which not all links were read, by which way they lead from them. */
  readonly #cut = { out: new Set<string>(), in: new Set<string>() }

  /** `now`: whose time is up does not stand, milliseconds. `isBounded`: not all links of a memory are read if they are too many. */
  constructor(context: QueryContext, scope: Scope, { now, isBounded }: { now: number; isBounded: boolean }) {
    this.#context = context
    this.#scope = scope
    this.#now = now
    this.#isBounded = isBounded
  }

  /** Whether any of these memories may have more links in a direction than were read. */
  isCut(ids: readonly string[], direction: Direction): boolean {
    const asked = new Set(ids)
    const cut = [...(direction === 'in' ? [] : this.#cut.out), ...(direction === 'out' ? [] : this.#cut.in)]
    return cut.some((id) => asked.has(this.current(id)))
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
    this.#links ??= this.#stated
      .map(({ from, rel, to }) => ({ from: this.current(from), rel, to: this.current(to) }))
      .filter(({ from, to }) => from !== to)
    return this.#links
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
      if (most !== undefined) this.#noteCut(pending, links, most)
      const stated = links.filter(({ intervals }) => standing(intervals) !== null)
      this.#stated = [...this.#stated, ...stated.map(({ from, rel, to }) => ({ from, rel, to }))]
      await this.#take(pending, rows)
      this.#links = null
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

  #noteCut(ids: readonly string[], links: readonly LinkRow[], most: number): void {
    const counts = { out: countBy(links, ({ from }) => from), in: countBy(links, ({ to }) => to) }
    for (const id of ids) {
      if ((counts.out.get(id) ?? 0) >= most) this.#cut.out.add(id)
      if ((counts.in.get(id) ?? 0) >= most) this.#cut.in.add(id)
    }
  }

  #knows(id: string): boolean {
    return this.#memories.has(id) || this.#corrections.has(id) || this.#absent.has(id)
  }
}

/** In each of two directions. */
const mostLinksOfEach = (ids: number, { graphLinks, graphLinksAtOnce }: QueryLimits): number =>
  Math.max(1, Math.min(graphLinks, Math.floor(graphLinksAtOnce / (2 * ids))))

function countBy(links: readonly LinkRow[], end: (link: LinkRow) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const link of links) counts.set(end(link), (counts.get(end(link)) ?? 0) + 1)
  return counts
}

function standsAt(row: MemoryRow, now: number): boolean {
  const interval = standing(row.intervals)
  return interval !== null && (interval.validTo === null || now < interval.validTo)
}
