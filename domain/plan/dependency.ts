import type { GraphLink } from '../graph/link.ts'
import type { Dependency } from './plan-graph.ts'

/** Which end of a link comes first: `target` for "build depends_on fetch", `source` for "fetch precedes build". */
export type FirstEnd = 'source' | 'target'

/**
 * The link types that order steps. Parts come before their whole, causes before effects. All other types (`relates_to`,
 * `contradicts`, …) are evidence and order nothing.
 */
export const ORDERING_RELS: Readonly<Record<string, FirstEnd>> = {
  depends_on: 'target',
  requires: 'target',
  needs: 'target',
  has_prerequisite: 'target',
  blocked_by: 'target',
  after: 'target',
  follows: 'target',
  preceded_by: 'target',
  caused_by: 'target',
  enabled_by: 'target',
  derived_from: 'target',
  has_part: 'target',
  required_by: 'source',
  needed_by: 'source',
  prerequisite_of: 'source',
  blocks: 'source',
  before: 'source',
  precedes: 'source',
  followed_by: 'source',
  causes: 'source',
  leads_to: 'source',
  enables: 'source',
  part_of: 'source',
}

/** What a link says about order, `null` when nothing. Types compare in lower case, `-` and blanks as `_`. */
export function dependencyOf(link: GraphLink): Dependency | null {
  const rel = link.rel.toLowerCase().replaceAll(/[\s-]+/g, '_')
  if (!Object.hasOwn(ORDERING_RELS, rel)) return null
  return ORDERING_RELS[rel] === 'target'
    ? { before: link.to, after: link.from, link }
    : { before: link.from, after: link.to, link }
}

/** The dependencies that distinct links state. */
export const dependenciesOf = (links: readonly GraphLink[]): readonly Dependency[] =>
  links.flatMap((link) => dependencyOf(link) ?? [])
