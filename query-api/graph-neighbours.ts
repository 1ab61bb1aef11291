import type { GraphLink } from '../domain/graph/hop.ts'
import { Spread } from '../domain/graph/spread.ts'
import type { Identity } from '../domain/identity.ts'
import { freshRows } from './fresh-rows.ts'
import { graphStart, walkedGraph, walkedScope } from './graph-start.ts'
import type { Reach } from './ports/reach.ts'
import type { MissingEnd, NeighboursAnswer } from './query-api.ts'
import type { QueryContext } from './query-context.ts'
import type { NeighboursRequest } from './requests/graph-requests.ts'
import type { StandingGraph } from './standing-graph.ts'

/** What links lead to from a memory, ring by ring: the nearest first, the older first of those equally near. */
export async function graphNeighbours(
  context: QueryContext,
  identity: Identity,
  { memoryId, steps, depth, limit, ...walk }: NeighboursRequest,
  reach?: Reach,
): Promise<NeighboursAnswer> {
  const scope = await walkedScope(context, identity, walk, { id: memoryId, field: 'memory_id', reach })
  const stand = await freshRows(context, scope, walk.after)
  const graph = walkedGraph(context, scope)
  await graph.load([memoryId])
  const start = graphStart(graph, memoryId, 'memory_id')
  const spread = new Spread(start, steps)
  let isWhole = true
  for (let ring = 0; ring < depth && spread.ring.length > 0; ring += 1) {
    const asked = graph.asked()
    const unknown = spread.beyond(graph.links()).filter((id) => !asked.has(id))
    const loaded = unknown.slice(0, Math.max(0, context.limits.graphMemories - asked.size))
    await graph.load(loaded)
    isWhole &&= loaded.length === unknown.length
    spread.advance(graph.links(), (id) => graph.memory(id) !== null)
  }
  const reached = spread.reached
    .slice(1)
    .map((id) => ({ id, distance: spread.distanceOf(id)!, offset: graph.offsetOf(id) }))
    .sort((a, b) => a.distance - b.distance || a.offset - b.offset)
  const shown = reached.slice(0, limit)
  const ids = new Set([start, ...shown.map(({ id }) => id)])
  const links = linksAmong(graph, steps.rels)
  return {
    memoryId: start,
    items: shown.map(({ id, distance }) => ({ ...graph.memory(id)!, distance })),
    links: links.filter(({ from, to }) => ids.has(from) && ids.has(to)),
    missing: missingEnds(links, ids, graph).slice(0, limit),
    complete: isWhole && !graph.isCut && shown.length === reached.length,
    ...stand,
  }
}

/** Each once, since two versions of a memory may state the same, in an order that does not depend on the store. */
function linksAmong(graph: StandingGraph, rels: ReadonlySet<string> | null): readonly GraphLink[] {
  const links = graph.links().filter(({ rel }) => rels === null || rels.has(rel))
  const named = new Map(links.map((link) => [`${link.from}/${link.rel}/${link.to}`, link]))
  return [...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, link]) => link)
}

/** Where links of what is shown lead that does not stand here. */
function missingEnds(links: readonly GraphLink[], shown: ReadonlySet<string>, graph: StandingGraph): MissingEnd[] {
  return links.flatMap(({ from, rel, to }) => [
    ...(shown.has(from) && graph.absent.has(to) ? [{ memoryId: to, linkedTo: from, rel }] : []),
    ...(shown.has(to) && graph.absent.has(from) ? [{ memoryId: from, linkedTo: to, rel }] : []),
  ])
}
