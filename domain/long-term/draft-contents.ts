import type { MemoryRow } from '../memory.ts'
import { scopeKey } from '../names.ts'
import type { ScopedContent } from './changes.ts'

/** Memories by what they say, under which key. Made when it is first asked: most batches ask nothing. */
export class DraftContents {
  readonly #memories: ReadonlyMap<string, MemoryRow>
  #ids: Map<string, Set<string>> | null = null

  /** `memories`: those of the draft, by id. */
  constructor(memories: ReadonlyMap<string, MemoryRow>) {
    this.#memories = memories
  }

  put(row: MemoryRow): void {
    if (this.#ids !== null) add(this.#ids, row)
  }

  saying(content: ScopedContent): readonly MemoryRow[] {
    if (this.#ids === null) {
      this.#ids = new Map()
      for (const row of this.#memories.values()) add(this.#ids, row)
    }
    return [...(this.#ids.get(contentKey(content)) ?? [])].map((id) => this.#memories.get(id)!)
  }
}

function add(ids: Map<string, Set<string>>, row: MemoryRow): void {
  const key = contentKey(row)
  const same = ids.get(key)
  if (same === undefined) ids.set(key, new Set([row.memoryId]))
  else same.add(row.memoryId)
}

export const contentKey = (content: ScopedContent): string =>
  `${scopeKey(content)}/${content.keyId}/${Buffer.from(content.contentHmac).toString('hex')}`
