import type { LongTermNeeds } from '../../domain/long-term/changes.ts'
import { contentKey } from '../../domain/long-term/draft-contents.ts'
import type { MemoryRow } from '../../domain/memory.ts'

/** The memories that a fold asks for, by id and by what they say. */
export function neededMemories(needs: LongTermNeeds, memories: ReadonlyMap<string, MemoryRow>): readonly MemoryRow[] {
  const contents = new Set((needs.contents ?? []).map(contentKey))
  const saying = contents.size === 0 ? [] : [...memories.values()].filter((row) => contents.has(contentKey(row)))
  return [...new Set([...needs.memoryIds.flatMap((id) => memories.get(id) ?? []), ...saying])]
}
