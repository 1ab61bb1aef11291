import type { ExecutionContext } from 'ava'
import { get } from './http-client.ts'

/** A memory that a server acknowledged. */
export interface Acknowledged {
  readonly memoryId: string
  readonly content: string
}

/** All memories of a namespace that stand, by paging through the list: id → how often, and with which content. */
export async function storedMemories(url: string, namespace: string): Promise<Map<string, string[]>> {
  const stored = new Map<string, string[]>()
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { status, body } = await get(`${url}/memories?namespace=${namespace}&limit=500${query}`)
    if (status !== 200) throw new Error(`GET /memories: ${status} ${JSON.stringify(body)}`)
    for (const item of body.items as Array<{ memory_id: string; content: string }>) {
      stored.set(item.memory_id, [...(stored.get(item.memory_id) ?? []), item.content])
    }
    cursor = body.next_cursor as string | null
  } while (cursor !== null)
  return stored
}

/** Every acknowledged memory is there, with its content. */
export function assertNoLoss(
  t: ExecutionContext,
  acknowledged: Iterable<Acknowledged>,
  stored: Map<string, string[]>,
): void {
  const lost = [...acknowledged].filter(({ memoryId, content }) => !stored.get(memoryId)?.includes(content))
  t.deepEqual(lost.slice(0, 5), [], `${lost.length} acknowledged memories are lost`)
}

/** No memory is there twice, neither by id nor by its (unique) content. */
export function assertNoDuplicateEffect(t: ExecutionContext, stored: Map<string, string[]>): void {
  const twice = [...stored].filter(([, contents]) => contents.length !== 1)
  t.deepEqual(twice.slice(0, 5), [])
  const contents = [...stored.values()].flat()
  t.is(new Set(contents).size, contents.length, 'a content is stored under two ids')
}

/** Nothing is there that nobody sent: what is stored was asked for, whole. */
export function assertNothingHalfThere(
  t: ExecutionContext,
  asked: ReadonlySet<string>,
  stored: Map<string, string[]>,
): void {
  const strange = [...stored.values()].flat().filter((content) => !asked.has(content))
  t.deepEqual(strange.slice(0, 5), [])
}
