import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { LinkRow, MemoryRow, NamespaceRow } from '../../domain/memory.ts'
import type { Scope } from '../../domain/names.ts'
import type { OutcomeRow } from '../../domain/outcome.ts'

/** Where a view's next page begins: after this (changed, memory id). */
export interface ChangeCursor {
  readonly changed: number
  readonly memoryId: string
}

export interface ChangePage {
  /** Of the namespace's partition, read in the same statement as the rows. */
  readonly checkpoint: Checkpoint
  readonly rows: readonly MemoryRow[]
  /** False with the last page: only then does a view adopt the checkpoint. */
  readonly more: boolean
}

/** Reads of long-term memory, for the query side and for lookups of the command side. Rejects when the store is down. */
export interface LongTermReader {
  checkpoint(partition: number): Promise<Checkpoint>
  /** Rows of a namespace whose `changed` lies beyond `since`, in (changed, memory id) order. */
  changes(scope: Scope, since: ChangeCursor, limit: number): Promise<ChangePage>
  /** By id within a tenant, in whichever namespace it is. */
  memory(tenant: string, memoryId: string): Promise<MemoryRow | null>
  /** By ids within a namespace; the order is not that of `memoryIds`, absent ones are left out. */
  memories(scope: Scope, memoryIds: readonly string[]): Promise<readonly MemoryRow[]>
  /** Links that start at or lead to one of the ids. `most`: of each id in each direction; left out: all of them. */
  links(scope: Scope, memoryIds: readonly string[], most?: number): Promise<readonly LinkRow[]>
  namespaces(tenant: string): Promise<readonly NamespaceRow[]>
  namespace(scope: Scope): Promise<NamespaceRow | null>
  /** The first outcome of a command within a tenant. */
  outcome(tenant: string, commandId: string): Promise<OutcomeRow | null>
}
