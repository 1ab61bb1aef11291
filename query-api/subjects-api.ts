import type { Identity } from '../domain/identity.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Reach } from './ports/reach.ts'
import type { Memory } from './query-api.ts'

/** What became of an erasure: on its way, or complete with its signed receipt. */
export type ErasureState =
  | {
      readonly status: 'pending'
      readonly receiptId: string
      readonly requestedAt: number
      /** Namespaces whose part is folded, and how many memories became tombstones there. */
      readonly namespaces: ReadonlyArray<{ readonly namespace: string; readonly memories: number }>
    }
  | { readonly status: 'complete'; readonly receiptId: string; readonly receipt: JsonObject }

export interface ExportRequest {
  readonly subject: string
  /** `null`: every namespace of the tenant. */
  readonly namespace: string | null
}

/** A memory of the subject, with what stands around it. */
export interface ExportedMemory {
  readonly memory: Memory
  readonly links: readonly JsonObject[]
  /** When it was known, and until when it was held to be valid. */
  readonly known: readonly JsonObject[]
  readonly inWorkingMemory: boolean
}

/** Reads about data subjects. Every method throws a `ProblemError` when it refuses. `reach`: as in query-api.ts. */
export interface SubjectsApi {
  receipt(identity: Identity, receiptId: string, reach?: Reach): Promise<ErasureState>
  /**
   * Everything of a subject, memory by memory in the order of the log, read as it is taken: no more than a page is in
   * memory. Resolves once it is known that there is such a subject; throws `subject_not_found`, and `forbidden` when a policy
   * denies one of the namespaces that hold something: a part would pass for the whole.
   */
  exportSubject(identity: Identity, request: ExportRequest, reach?: Reach): Promise<AsyncIterable<ExportedMemory>>
}
