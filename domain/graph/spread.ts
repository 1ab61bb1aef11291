import { type Direction, type Hop, hopsOf, type Steps } from './hop.ts'
import type { GraphLink } from './link.ts'

/**
 * A breadth-first walk over a graph that is loaded as it goes: `beyond` says what to load next, `advance` takes the ring of
 * what was loaded. Each memory is reached once, over the first of its shortest ways.
 */
export class Spread {
  readonly #steps: Steps
  /** How each memory was reached; `null`: the walk began there. */
  readonly #reached: Map<string, { readonly distance: number; readonly by: { at: string; hop: Hop } | null }>
  #ring: readonly string[]
  #distance = 0

  constructor(start: string, steps: Steps) {
    this.#steps = steps
    this.#ring = [start]
    this.#reached = new Map([[start, { distance: 0, by: null }]])
  }

  /** Of the outermost ring. */
  get distance(): number {
    return this.#distance
  }

  /** The outermost ring. */
  get ring(): readonly string[] {
    return this.#ring
  }

  /** Ids of all that was reached, the nearest first. */
  get reached(): readonly string[] {
    return [...this.#reached.keys()]
  }

  /** Those that were walked on from: all but the outermost ring. */
  get walked(): readonly string[] {
    return this.reached.filter((id) => this.#reached.get(id)!.distance < this.#distance)
  }

  get direction(): Direction {
    return this.#steps.direction
  }

  distanceOf(id: string): number | null {
    return this.#reached.get(id)?.distance ?? null
  }

  /** What the outermost ring leads to and was not reached. */
  beyond(links: readonly GraphLink[]): readonly string[] {
    const hops = hopsOf(this.#ring, links, this.#steps)
    const ends = [...hops.values()].flatMap((list) => list.map(({ to }) => to))
    return [...new Set(ends)].filter((id) => !this.#reached.has(id))
  }

  /** Reaches what stands of that. `links`: with those of what was loaded since. */
  advance(links: readonly GraphLink[], stands: (id: string) => boolean): void {
    const next: string[] = []
    this.#distance += 1
    for (const [at, hops] of hopsOf(this.#ring, links, this.#steps)) {
      for (const hop of hops) {
        if (this.#reached.has(hop.to) || !stands(hop.to)) continue
        this.#reached.set(hop.to, { distance: this.#distance, by: { at, hop } })
        next.push(hop.to)
      }
    }
    this.#ring = next
  }

  /** The hops from where the walk began to what it reached. */
  wayTo(id: string): ReadonlyArray<{ readonly at: string; readonly hop: Hop }> {
    const way: Array<{ at: string; hop: Hop }> = []
    for (let by = this.#reached.get(id)!.by; by !== null; by = this.#reached.get(by.at)!.by) way.push(by)
    return way.reverse()
  }
}
