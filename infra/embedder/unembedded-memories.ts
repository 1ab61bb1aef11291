import { setImmediate as nextTurn } from 'node:timers/promises'
import type {
  UnembeddedCursor,
  UnembeddedMemories,
  UnembeddedMemory,
} from '../../commands/ports/unembedded-memories.ts'
import { isLive, type MemoryRow } from '../../domain/memory.ts'
import type { LongTermReader } from '../../query-api/ports/long-term-reader.ts'
import type { Opener } from '../../query-api/ports/opener.ts'
import type { LackingVectors } from '../long-term/lacking-vectors.ts'

export interface UnembeddedDeps {
  readonly lacking: LackingVectors
  readonly reader: Pick<LongTermReader, 'memories'>
  readonly opener: Opener
  /** See {@link UnembeddedMemories.alone}. */
  readonly alone: UnembeddedMemories['alone']
}

/** Rows that lack a vector, fetched and opened. Those whose key is gone are left out: nobody can embed them. */
export const createUnembeddedMemories = ({ lacking, reader, opener, alone }: UnembeddedDeps): UnembeddedMemories => ({
  scopes: () => lacking.scopes(),
  alone,
  async waiting(scope, model, since) {
    let [count, after]: [number, UnembeddedCursor | null] = [0, since]
    for (let more = true; more; ) {
      const page = await lacking.page(scope, model, after, COUNTED_AT_ONCE)
      count += page.lacking.length
      after = page.next
      more = page.seen === COUNTED_AT_ONCE
      // SQLite answers at once: requests have their turn between two pages.
      await nextTurn()
    }
    return count
  },
  async page(scope, model, since, limit) {
    await nextTurn()
    const page = await lacking.page(scope, model, since, limit)
    const rows = page.lacking.length === 0 ? [] : (await reader.memories(scope, page.lacking)).filter(isLive)
    await opener.prepare(rows)
    return {
      memories: rows.flatMap((row) => opened(opener, row)),
      seen: page.seen,
      next: page.next ?? since ?? { changed: 0, memoryId: FIRST },
      more: page.seen === limit,
    }
  },
})

/** Rows of one look: about a millisecond. */
const COUNTED_AT_ONCE = 1000
/** Below every memory id. */
const FIRST = '00000000-0000-0000-0000-000000000000'

function opened(opener: Opener, row: MemoryRow): UnembeddedMemory[] {
  const result = opener.openNow(row)
  if (!result.ok) return []
  const { tenant, namespace, memoryId, changed, keyId } = row
  const { subject, content } = result.secret
  return [{ scope: { tenant, namespace }, memoryId, changed, keyId, subject, content }]
}
