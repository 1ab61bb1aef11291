import type { Scope } from '../../domain/names.ts'

/** A live memory without a vector of the model that is asked about. */
export interface UnembeddedMemory {
  readonly scope: Scope
  readonly memoryId: string
  /** Last offset that altered it. */
  readonly changed: number
  /** The data key that it is sealed under. */
  readonly keyId: string
  /** Whose key that is; `null`: the namespace's own. */
  readonly subject: string | null
  readonly content: string
}

/** A place in the memories of a namespace in the order of their last change. */
export interface UnembeddedCursor {
  readonly changed: number
  readonly memoryId: string
}

export interface UnembeddedPage {
  readonly memories: readonly UnembeddedMemory[]
  /** Memories that were looked at. */
  readonly seen: number
  /** Where the next page begins; what changes later comes behind it. */
  readonly next: UnembeddedCursor
  readonly more: boolean
}

/** Finds what has to be embedded. Rejects when long-term memory does not answer. */
export interface UnembeddedMemories {
  /** Namespaces of all tenants. */
  scopes(): Promise<readonly Scope[]>
  /** `null` begins at the first. At most `limit` memories are looked at. */
  page(scope: Scope, model: string, since: UnembeddedCursor | null, limit: number): Promise<UnembeddedPage>
  /** How many lack a vector behind `since`: at least those that {@link page} gives. */
  waiting(scope: Scope, model: string, since: UnembeddedCursor | null): Promise<number>
  /** Runs `work` unless another process is at it; resolves to whether it ran. */
  alone(work: () => Promise<void>): Promise<boolean>
}
