import { compareText } from '../compare-text.ts'

/** A stated link that stands. */
export interface GraphLink {
  readonly from: string
  readonly rel: string
  readonly to: string
}

/** Each link once, in an order that does not depend on how they came. */
export function distinctLinks(links: readonly GraphLink[]): readonly GraphLink[] {
  const sorted = links.toSorted(compareLinks)
  return sorted.filter((link, i) => i === 0 || compareLinks(link, sorted[i - 1]!) !== 0)
}

const compareLinks = (a: GraphLink, b: GraphLink): number =>
  compareText(a.from, b.from) || compareText(a.rel, b.rel) || compareText(a.to, b.to)
