import { deriveIds } from '../../domain/ids.ts'
import type { IndexedMemory } from '../../domain/recall/indexed-memory.ts'

/** Memories, and questions whose answers among them are known. */
export interface LabelledStore {
  readonly name: string
  readonly memories: readonly IndexedMemory[]
  readonly questions: readonly LabelledQuestion[]
  /** Questions that it answers besides, lower case: asked of it, they are not foreign. */
  readonly answers: ReadonlySet<string>
  /** Authors that questions name, in an order by which the questions of one store can be asked of another. */
  readonly speakers: readonly string[]
}

export interface LabelledQuestion {
  readonly text: string
  readonly kind: string
  /** Offsets of the memories that answer it, at least one. */
  readonly gold: ReadonlySet<number>
}

/** What a memory of a labelled store is beyond what all have in common. */
export interface LabelledMemory {
  readonly content: string
  readonly author: string | null
  readonly runId: string | null
  readonly occurredAt: number
}

export function memoryOf(store: string, offset: number, labelled: LabelledMemory): IndexedMemory {
  return {
    ...labelled,
    memoryId: deriveIds({ tenant: store, principal: '', namespace: '', route: '', idempotencyKey: `${offset}` })
      .memoryId,
    offset,
    metadata: {},
    tags: [],
    userId: null,
    agentId: null,
    kind: 'episodic',
    importance: 500,
    intervals: [{ knownFrom: 0, knownTo: null, validTo: null }],
  }
}
