import { PathSearch } from '../domain/graph/path-search.ts'
import type { Identity } from '../domain/identity.ts'
import { beginWalk, graphStart } from './graph-start.ts'
import type { Reach } from './ports/reach.ts'
import type { PathAnswer } from './query-api.ts'
import type { QueryContext } from './query-context.ts'
import type { PathRequest } from './requests/graph-requests.ts'

/** A shortest way along links from one memory to another; of several always the same one. */
export async function graphPath(
  context: QueryContext,
  identity: Identity,
  { from, to, steps, maxLength, ...walk }: PathRequest,
  reach?: Reach,
): Promise<PathAnswer> {
  const { graph, stand } = await beginWalk(context, identity, walk, { id: from, field: 'from', reach })
  await graph.load([...new Set([from, to])])
  const search = new PathSearch(graphStart(graph, from, 'from'), graphStart(graph, to, 'to'), {
    steps,
    most: maxLength,
  })
  let isWhole = true
  while (isWhole && !search.isOver) {
    const asked = graph.asked()
    const unknown = search.beyond(graph.links()).filter((id) => !asked.has(id))
    isWhole = asked.size + unknown.length <= context.limits.graphMemories
    if (!isWhole) break
    await graph.load(unknown)
    search.advance(graph.links(), (id) => graph.memory(id) !== null)
  }
  const path = search.path()
  return {
    found: path !== null,
    items: path === null ? [] : path.ids.map((id) => graph.memory(id)!),
    links: path === null ? [] : path.links,
    explored: search.explored,
    complete: isWhole && !search.spreads.some(({ walked, direction }) => graph.isCut(walked, direction)),
    ...stand,
  }
}
