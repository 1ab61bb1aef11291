import { distinctLinks, type GraphLink } from '../domain/graph/link.ts'
import { Spread } from '../domain/graph/spread.ts'
import type { Identity } from '../domain/identity.ts'
import { beginWalk, graphStart } from './graph-start.ts'
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
  const { graph, stand } = await beginWalk(context, identity, walk, { id: memoryId, field: 'memory_id', reach })
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
  // Two versions of a memory may state the same.
  const links = distinctLinks(graph.links().filter(({ rel }) => steps.rels === null || steps.rels.has(rel)))
  return {
    memoryId: start,
    items: shown.map(({ id, distance }) => ({ ...graph.memory(id)!, distance })),
    links: links.filter(({ from, to }) => ids.has(from) && ids.has(to)),
    missing: missingEnds(links, ids, graph).slice(0, limit),
    complete: isWhole && !graph.isCut(spread.walked, spread.direction) && shown.length === reached.length,
    ...stand,
  }
}

/** Where links of what is shown lead that does not stand here. */
function missingEnds(links: readonly GraphLink[], shown: ReadonlySet<string>, graph: StandingGraph): MissingEnd[] {
  return links.flatMap(({ from, rel, to }) => [
    ...(shown.has(from) && graph.absent.has(to) ? [{ memoryId: to, linkedTo: from, rel }] : []),
    ...(shown.has(to) && graph.absent.has(from) ? [{ memoryId: from, linkedTo: to, rel }] : []),
  ])
}
