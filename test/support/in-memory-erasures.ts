import type { ErasureRow, ReceiptRow } from '../../domain/erasure/erasure.ts'
import type { KeyRow, LongTermChanges, LongTermNeeds } from '../../domain/long-term/changes.ts'
import { ERASED_HMAC } from '../../domain/long-term/fold-erase.ts'
import { isLive, type MemoryRow } from '../../domain/memory.ts'
import { scopeKey } from '../../domain/names.ts'

/** What a long-term memory in maps keeps of erasures, and does for them. */
export class InMemoryErasures {
  readonly erasures: ErasureRow[] = []
  readonly receipts: ReceiptRow[] = []
  readonly #memories: Map<string, MemoryRow>
  readonly #erasedKeys = new Set<string>()

  constructor(memories: Map<string, MemoryRow>) {
    this.#memories = memories
  }

  load({ keys }: LongTermNeeds): { readonly keys?: readonly KeyRow[] } {
    if (keys === undefined) return {}
    const erased = (key: { tenant: string; namespace: string; keyId: string }): boolean =>
      this.#erasedKeys.has(`${scopeKey(key)}/${key.keyId}`)
    const used = keys.used.filter(erased).map((key) => ({ ...key, erased: true, memories: null }))
    const erasing = keys.erasing.map((key) => {
      const rows = this.#under(key, [key.keyId])
      return { ...key, erased: erased(key), memories: { all: rows.length, live: rows.filter(isLive).length } }
    })
    return { keys: [...used, ...erasing] }
  }

  write({ erasures = [], receipts = [] }: LongTermChanges): void {
    for (const erasure of erasures) {
      for (const { vectors: _, ...row } of this.#under(erasure, erasure.keyIds)) {
        this.#memories.set(row.memoryId, { ...row, sealed: null, contentHmac: ERASED_HMAC, changed: erasure.offset })
      }
      for (const keyId of erasure.keyIds) this.#erasedKeys.add(`${scopeKey(erasure)}/${keyId}`)
      this.erasures.push(erasure)
    }
    this.receipts.push(...receipts)
  }

  /** Nothing when nothing was erased. */
  contents(): object {
    const { erasures, receipts } = this
    return { ...(erasures.length > 0 ? { erasures } : {}), ...(receipts.length > 0 ? { receipts } : {}) }
  }

  clear(): void {
    this.erasures.length = 0
    this.receipts.length = 0
    this.#erasedKeys.clear()
  }

  #under(scope: { tenant: string; namespace: string }, keyIds: readonly string[]): MemoryRow[] {
    return [...this.#memories.values()].filter(
      (row) => row.sealed !== null && keyIds.includes(row.keyId) && scopeKey(row) === scopeKey(scope),
    )
  }
}
