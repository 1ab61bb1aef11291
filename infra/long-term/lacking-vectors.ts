import type { UnembeddedCursor } from '../../commands/ports/unembedded-memories.ts'
import type { Scope } from '../../domain/names.ts'

/** Which rows have no vector of a model: known without a key, by the names of models that stand in the row. */
export interface LackingVectors {
  /** Namespaces of all tenants. */
  scopes(): Promise<readonly Scope[]>
  /** Looks at no more than `limit` rows behind `since`, in the order of their last change. */
  page(scope: Scope, model: string, since: UnembeddedCursor | null, limit: number): Promise<LackingPage>
}

export interface LackingPage {
  /** Ids of memories that are neither erased nor superseded. */
  readonly lacking: readonly string[]
  readonly seen: number
  /** The last row that was looked at; `null` when there was none. */
  readonly next: UnembeddedCursor | null
}
