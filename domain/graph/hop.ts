import { compareText } from '../compare-text.ts'
import type { GraphLink } from './link.ts'

export type Direction = 'out' | 'in' | 'both'

/** Which links a walk follows. */
export interface Steps {
  /** `out`: from where a link is stated to its target. */
  readonly direction: Direction
  /** `null`: of any relation. */
  readonly rels: ReadonlySet<string> | null
}

/** A link as a walk follows it: to its end or, against its direction, to its beginning. */
export interface Hop {
  readonly to: string
  readonly link: GraphLink
}

export const reversed = ({ direction, rels }: Steps): Steps => ({
  direction: direction === 'both' ? 'both' : direction === 'out' ? 'in' : 'out',
  rels,
})

/** Of each of `ring` its hops, in an order that does not depend on how links came: by where they lead, then by relation. */
export function hopsOf(
  ring: readonly string[],
  links: readonly GraphLink[],
  { direction, rels }: Steps,
): ReadonlyMap<string, readonly Hop[]> {
  const hops = new Map(ring.map((id): [string, Hop[]] => [id, []]))
  for (const link of links) {
    if (rels !== null && !rels.has(link.rel)) continue
    if (direction !== 'in') hops.get(link.from)?.push({ to: link.to, link })
    if (direction !== 'out') hops.get(link.to)?.push({ to: link.from, link })
  }
  for (const list of hops.values()) list.sort(compareHops)
  return hops
}

const compareHops = (a: Hop, b: Hop): number =>
  compareText(a.to, b.to) || compareText(a.link.rel, b.link.rel) || compareText(a.link.from, b.link.from)
