import type { Identity } from '../domain/identity.ts'
import { partitionKey, partitionOf } from '../domain/partition.ts'
import { decodeCursor, encodeCursor, type ListCursor } from './cursor.ts'
import { invalidCursor } from './cursor-text.ts'
import { freshRead } from './fresh-read.ts'
import { readableScope } from './namespace-access.ts'
import { memoriesById } from './open-memories.ts'
import { generationAt } from './position-text.ts'
import type { MemoryPage } from './query-api.ts'
import type { QueryContext } from './query-context.ts'
import type { ListRequest } from './requests/requests.ts'

/**
 * Memories that stand now, newest first. A page goes on below the offset of the one before it, so what is written in
 * the meantime neither repeats nor moves anything.
 */
export async function list(context: QueryContext, identity: Identity, request: ListRequest): Promise<MemoryPage> {
  const { filter, after, limit } = request
  const scope = readableScope(identity, request.namespace)
  const partition = partitionOf(partitionKey(scope))
  const cursor = request.cursor === null ? null : decodeCursor(request.cursor, scope, filter)
  if (cursor !== null) refuseForeignLog(context, partition, cursor)
  const asOf = { valid: context.clock(), validAsked: false, known: null }
  const query = { filter, asOf, beforeOffset: cursor?.offset ?? null, limit: limit + 1 }
  const read = await freshRead(
    context,
    scope,
    { after, allowStale: false },
    {
      ask: 'list',
      args: [query],
    },
  )
  const { foldVersion } = read.checkpoint
  if (cursor !== null && cursor.foldVersion !== foldVersion) throw invalidCursor('It was made by another version.')

  const page = read.value.slice(0, limit)
  const more = read.value.length > page.length
  const memories = await memoriesById(context, scope, page)
  const end = more ? page.at(-1)! : null
  const next = end && {
    foldVersion,
    generation: generationAt(partition, end.offset, context.progress),
    offset: end.offset,
  }
  return {
    items: page.flatMap(({ memoryId }) => memories.get(memoryId) ?? []),
    nextCursor: next && encodeCursor(next, scope, filter),
    position: read.position,
    degraded: read.degraded,
  }
}

/** An offset means another memory in another log. */
function refuseForeignLog({ progress }: QueryContext, partition: number, cursor: ListCursor): void {
  if (generationAt(partition, cursor.offset, progress) === cursor.generation) return
  throw invalidCursor('It belongs to another generation of the log.')
}
