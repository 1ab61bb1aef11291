import type { Direction } from '../../../domain/graph/hop.ts'
import type { NeighboursRequest, PathRequest } from '../../../query-api/requests/graph-requests.ts'
import { link, memoryId, remember } from './commands.ts'
import { FoldedLog } from './folded-log.ts'
import { scope, serve } from './serve.ts'

const walk = { namespace: scope.namespace, steps: { direction: 'both' as Direction, rels: null }, after: null }
export const around = (id: number, parts: Partial<NeighboursRequest> = {}): NeighboursRequest => ({
  ...{ ...walk, memoryId: memoryId(id), depth: 1, limit: 50 },
  ...parts,
})
export const between = (from: number, to: number, parts: Partial<PathRequest> = {}): PathRequest => ({
  ...{ ...walk, from: memoryId(from), to: memoryId(to), maxLength: 4 },
  ...parts,
})
export const idsOf = ({ items }: { readonly items: ReadonlyArray<{ readonly memoryId: string }> }) =>
  items.map((item) => item.memoryId)

/** 1 depends on 2, 2 on 3, 3 on 4; 5 is about 2. */
export function chain(limits = {}) {
  const served = serve(new FoldedLog(), { limits })
  const { log } = served
  for (let id = 1; id <= 5; id += 1) log.append(scope, remember(id, `thing ${id}`))
  for (let id = 1; id <= 3; id += 1) log.append(scope, link(id, 'depends_on', id + 1, 5_000 + id))
  log.append(scope, link(5, 'about', 2, 5_010))
  return served
}
