import type { ErasureRow, ReceiptRow } from '../erasure/erasure.ts'
import { isLive, type LinkRow, type MemoryRow, type NamespaceRow } from '../memory.ts'
import { type Scope, scopeKey } from '../names.ts'
import type { OutcomeRow } from '../outcome.ts'
import type { LongTermChanges, LongTermState, ScopedContent } from './changes.ts'
import { DraftContents } from './draft-contents.ts'
import { DraftKeys } from './draft-keys.ts'
import { linkKey } from './needs.ts'

const commandKey = (scope: Scope, commandId: string): string => `${scopeKey(scope)}/${commandId}`

/**
 * The state that a batch is folded over: what was loaded, overlaid with what the batch has changed so far. It also keeps
 * the namespaces' counts in step, since only here a row's state before and after are both at hand.
 */
export class Draft {
  readonly #outcomes = new Map<string, OutcomeRow>()
  readonly #memories = new Map<string, MemoryRow>()
  readonly #links = new Map<string, LinkRow>()
  readonly #namespaces = new Map<string, NamespaceRow>()
  readonly #changedMemories = new Map<string, MemoryRow>()
  readonly #changedLinks = new Map<string, LinkRow>()
  readonly #changedNamespaces = new Map<string, NamespaceRow>()
  readonly #newOutcomes: OutcomeRow[] = []
  readonly #keys: DraftKeys
  readonly #contents = new DraftContents(this.#memories)
  readonly #erasures: ErasureRow[] = []
  readonly #receipts: ReceiptRow[] = []

  constructor(state: LongTermState) {
    for (const row of state.outcomes) this.#outcomes.set(commandKey(row, row.commandId), row)
    for (const row of state.memories) this.#memories.set(row.memoryId, row)
    for (const row of state.links) this.#links.set(`${scopeKey(row)}/${linkKey(row)}`, row)
    for (const row of state.namespaces) this.#namespaces.set(scopeKey(row), row)
    this.#keys = new DraftKeys(state, this.#memories.values())
  }

  /** The first outcome of a command of this namespace: what another one was told under the same id is not its concern. */
  outcome(scope: Scope, commandId: string): OutcomeRow | undefined {
    return this.#outcomes.get(commandKey(scope, commandId))
  }

  /** A memory of this namespace; one of another namespace is unknown here. */
  memory(scope: Scope, memoryId: string): MemoryRow | undefined {
    const row = this.#memories.get(memoryId)
    return row !== undefined && row.tenant === scope.tenant && row.namespace === scope.namespace ? row : undefined
  }

  /** Memories with this content under this key, tombstones and what is retired too. */
  memoriesSaying(content: ScopedContent): readonly MemoryRow[] {
    return this.#contents.saying(content)
  }

  link(scope: Scope, link: { readonly from: string; readonly rel: string; readonly to: string }): LinkRow | undefined {
    return this.#links.get(`${scopeKey(scope)}/${linkKey(link)}`)
  }

  putOutcome(row: OutcomeRow): void {
    const key = commandKey(row, row.commandId)
    if (!this.#outcomes.has(key)) this.#outcomes.set(key, row)
    this.#newOutcomes.push(row)
  }

  putMemory(row: MemoryRow): void {
    const before = this.#memories.get(row.memoryId)
    this.#memories.set(row.memoryId, row)
    this.#contents.put(row)
    this.#changedMemories.set(row.memoryId, row)
    const live = Number(isLive(row)) - Number(before !== undefined && isLive(before))
    const total = before === undefined ? 1 : 0
    if (live === 0 && total === 0) return
    const namespace = this.#namespaces.get(scopeKey(row))
    if (namespace === undefined) throw new Error(`A memory of ${scopeKey(row)} was folded before its namespace`)
    this.putNamespace({ ...namespace, live: namespace.live + live, total: namespace.total + total })
  }

  putLink(row: LinkRow): void {
    const key = `${scopeKey(row)}/${linkKey(row)}`
    this.#links.set(key, row)
    this.#changedLinks.set(key, row)
  }

  namespace(scope: Scope): NamespaceRow | undefined {
    return this.#namespaces.get(scopeKey(scope))
  }

  putNamespace(row: NamespaceRow): void {
    const key = scopeKey(row)
    this.#namespaces.set(key, row)
    this.#changedNamespaces.set(key, row)
  }

  isErased(scope: Scope, keyId: string): boolean {
    return this.#keys.isErased(scope, keyId)
  }

  /** Returns how many memories become tombstones: those at hand, and those that only the store holds. */
  eraseKeys(scope: Scope, keyIds: readonly string[], tombstone: (row: MemoryRow) => MemoryRow): number {
    const named = new Set(keyIds)
    const here = [...this.#memories.values()].filter(
      (row) => row.sealed !== null && named.has(row.keyId) && scopeKey(row) === scopeKey(scope),
    )
    for (const row of here) this.putMemory(tombstone(row))
    const stored = this.#keys.erase(scope, named)
    const namespace = this.#namespaces.get(scopeKey(scope))
    if (namespace !== undefined && stored.live > 0) {
      this.putNamespace({ ...namespace, live: namespace.live - stored.live })
    }
    return here.length + stored.all
  }

  putErasure(row: ErasureRow): void {
    this.#erasures.push(row)
  }

  putReceipt(row: ReceiptRow): void {
    this.#receipts.push(row)
  }

  changes(): LongTermChanges {
    return {
      memories: [...this.#changedMemories.values()],
      links: [...this.#changedLinks.values()],
      namespaces: [...this.#changedNamespaces.values()],
      outcomes: this.#newOutcomes,
      deadLetters: [],
      ...(this.#erasures.length > 0 ? { erasures: this.#erasures } : {}),
      ...(this.#receipts.length > 0 ? { receipts: this.#receipts } : {}),
    }
  }
}
