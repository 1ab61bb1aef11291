import { reversed, type Steps } from './hop.ts'
import type { GraphLink } from './link.ts'
import { Spread } from './spread.ts'

export interface Path {
  /** From the first memory to the last, one more than `links`. */
  readonly ids: readonly string[]
  readonly links: readonly GraphLink[]
}

/**
 * Looks for a shortest path from both of its ends: two walks of half its length look at far fewer memories than one of the
 * whole. They grow by whole rings in turns, the smaller first, so the first time they meet it is on a shortest path.
 */
export class PathSearch {
  readonly #there: Spread
  readonly #back: Spread
  readonly #most: number
  #growing: Spread

  /** `most`: links of the path at most. */
  constructor(from: string, to: string, { steps, most }: { readonly steps: Steps; readonly most: number }) {
    this.#there = new Spread(from, steps)
    this.#back = new Spread(to, reversed(steps))
    this.#most = most
    this.#growing = this.#there
  }

  /** Whether neither walk needs to go on: they met, or there is no such path. */
  get isOver(): boolean {
    const [there, back] = [this.#there, this.#back]
    if (this.#meeting() !== null || there.distance + back.distance >= this.#most) return true
    return there.ring.length === 0 || back.ring.length === 0
  }

  /** The walks from the two ends. */
  get spreads(): readonly Spread[] {
    return [this.#there, this.#back]
  }

  /** How many memories were reached, from either end. */
  get explored(): number {
    return new Set([...this.#there.reached, ...this.#back.reached]).size
  }

  /** What to load before the next {@link advance}. */
  beyond(links: readonly GraphLink[]): readonly string[] {
    this.#growing = this.#back.ring.length < this.#there.ring.length ? this.#back : this.#there
    return this.#growing.beyond(links)
  }

  advance(links: readonly GraphLink[], stands: (id: string) => boolean): void {
    this.#growing.advance(links, stands)
  }

  /** `null`: there is none, or none was found yet. */
  path(): Path | null {
    const meeting = this.#meeting()
    if (meeting === null) return null
    const there = this.#there.wayTo(meeting)
    const back = this.#back.wayTo(meeting).toReversed()
    return {
      ids: [...there.map(({ at }) => at), meeting, ...back.map(({ at }) => at)],
      links: [...there, ...back].map(({ hop }) => hop.link),
    }
  }

  /** Where the two walks touch, nearest in sum; of several the first by id. */
  #meeting(): string | null {
    let best: { readonly id: string; readonly length: number } | null = null
    for (const id of this.#there.reached) {
      const back = this.#back.distanceOf(id)
      if (back === null) continue
      const length = this.#there.distanceOf(id)! + back
      if (best === null || length < best.length || (length === best.length && id < best.id)) best = { id, length }
    }
    return best?.id ?? null
  }
}
