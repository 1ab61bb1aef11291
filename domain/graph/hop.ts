/** A stated link that stands, between two memories that do. */
export interface GraphLink {
  readonly from: string
  readonly rel: string
  readonly to: string
}

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

/** Hops by the memory that they start at, in an order that does not depend on how links came: by where they lead, then by relation. */
export function hopsOf(links: readonly GraphLink[], { direction, rels }: Steps): ReadonlyMap<string, readonly Hop[]> {
  const hops = new Map<string, Hop[]>()
  const add = (at: string, hop: Hop): void => {
    const known = hops.get(at)
    if (known === undefined) hops.set(at, [hop])
    else known.push(hop)
  }
  for (const link of links) {
    if (rels !== null && !rels.has(link.rel)) continue
    if (direction !== 'in') add(link.from, { to: link.to, link })
    if (direction !== 'out') add(link.to, { to: link.from, link })
  }
  for (const list of hops.values()) list.sort(compareHops)
  return hops
}

const compareHops = (a: Hop, b: Hop): number =>
  compareText(a.to, b.to) || compareText(a.link.rel, b.link.rel) || compareText(a.link.from, b.link.from)

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
