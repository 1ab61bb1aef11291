import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { RememberSecret } from '../../domain/command.ts'
import type { MemoryRow } from '../../domain/memory.ts'
import type { Scope } from '../../domain/names.ts'
import type { OutcomeRow } from '../../domain/outcome.ts'
import type { FoldedRecord } from '../../domain/working-memory/event.ts'
import type { LiveMemory } from '../../domain/working-memory/working-memory.ts'

/** A live row with its content as long-term memory keeps it. */
export type SealedMemory = Pick<MemoryRow, 'memoryId' | 'offset' | 'commandId' | 'keyId' | 'dataSchema'> & {
  readonly sealed: Uint8Array
}

/** The live rows of a namespace at `checkpoint`, all of one consistent read. */
export interface LiveRows {
  readonly checkpoint: Checkpoint
  /**
   * In any order. May leave out a row that 64 others of the same importance and rehearsals outrank (known later, or at the
   * same time with a higher offset): it cannot be held.
   */
  readonly memories: readonly LiveMemory[]
  /** The newest `limit`, in any order. */
  readonly newest: readonly SealedMemory[]
}

/** A record of the namespace with its outcome, and the committed number of the schema that its sealed part is bound to. */
export interface SourceRecord extends FoldedRecord {
  readonly dataSchema: number
}

/**
 * `destroyed`: its key carries the mark, so it is a tombstone. `missing`: the key is absent without a mark, which is an
 * alarm and never a tombstone.
 */
export type OpenedContent =
  | { readonly ok: true; readonly secret: Pick<RememberSecret, 'content'> }
  | { readonly ok: false; readonly reason: 'destroyed' }
  | { readonly ok: false; readonly reason: 'missing'; readonly keyId: string }

export type KeyState = 'present' | 'destroyed' | 'missing'

/** What a seed is made from: long-term memory and the data keys. */
export type SeedSource = Pick<WorkingMemorySource, 'liveRows' | 'keyStates' | 'open'>

/** What a projector that is handed the log's records needs besides: long-term memory's word on them, and seeds. */
export interface WorkingMemoryFeed extends SeedSource, Pick<WorkingMemorySource, 'checkpoint'> {
  /** Outcomes of a partition with offsets in (`after`, `upTo`], in any order, by one query. All lie below the checkpoint. */
  outcomes(partition: number, after: number, upTo: number): Promise<readonly OutcomeRow[]>
}

/** What working memory is made from: long-term memory, the log below long-term's checkpoint, and the data keys. */
export interface WorkingMemorySource {
  /** Of long-term memory. */
  checkpoint(partition: number): Promise<Checkpoint>
  /** Live rows (`isLive`) whose key is none of `exceptKeys`; `newest` holds the `limit` of highest offset. */
  liveRows(scope: Scope, exceptKeys: readonly string[], limit: number): Promise<LiveRows>
  /** The scope's records with offsets in (`after`, `upTo`], in order, without dead letters. All lie below the checkpoint. */
  records(scope: Scope, after: number, upTo: number): Promise<readonly SourceRecord[]>
  /** One state a key, in the order of `keyIds`. */
  keyStates(keyIds: readonly string[]): Promise<readonly KeyState[]>
  /** Opens contents, in order. Rejects when bytes do not belong to their row, or the keys cannot be asked. */
  open(scope: Scope, memories: readonly SealedMemory[]): Promise<readonly OpenedContent[]>
}
