import type { Command, Remember } from '../command.ts'
import { encode } from '../encoding/encode.ts'
import type { Outcome } from '../outcome.ts'
import type { LiveMemory } from './working-memory.ts'

/** What a record does to working memory. `offset` is the record's; the new position wherever it leads. */
export type WorkingMemoryEvent =
  | {
      readonly type: 'remembered'
      readonly offset: number
      readonly memory: LiveMemory
      /** Its encoding, `null` when it is no exposure. */
      readonly sums: Int16Array | null
      /** The memory that it retires by correcting it. */
      readonly supersedes: string | null
    }
  | { readonly type: 'retired'; readonly offset: number; readonly memoryIds: readonly string[] }
  | { readonly type: 'restored'; readonly offset: number; readonly memoryIds: readonly string[] }
  | { readonly type: 'rehearsed'; readonly offset: number; readonly memoryId: string }
  | { readonly type: 'erased'; readonly offset: number; readonly keyIds: readonly string[] }
  | { readonly type: 'unaffected'; readonly offset: number }

/** A record of the namespace with what long-term memory made of it. */
export interface FoldedRecord {
  readonly offset: number
  /** max(`recordedAt`, known time of the record before it in its partition). */
  readonly knownAt: number
  readonly command: Command
  readonly outcome: Outcome
}

/** A `Remember`'s decrypted text, or that its data key was destroyed: then it is a tombstone. */
export type RememberedContent = { readonly content: string } | 'tombstone'

/**
 * What a record does to working memory. Only what was `stored` has effects; what did not help rehearses nothing. `content`
 * is needed for a stored `Remember`, and only there: without it this throws.
 */
export function eventOf(record: FoldedRecord, content: RememberedContent | null): WorkingMemoryEvent {
  const { offset, command, outcome } = record
  if (outcome.status !== 'stored') return { type: 'unaffected', offset }
  switch (command.type) {
    case 'Remember':
      return rememberedEvent(record, command, content)
    case 'Forget':
      return { type: 'retired', offset, memoryIds: command.memoryIds }
    case 'Restore':
      return { type: 'restored', offset, memoryIds: command.memoryIds }
    case 'Reinforce':
      return command.useful ? { type: 'rehearsed', offset, memoryId: command.memoryId } : { type: 'unaffected', offset }
    case 'Erase':
      return { type: 'erased', offset, keyIds: command.keyIds }
    case 'Genesis':
    case 'Link':
    case 'Unlink':
    case 'Embed':
    case 'ConfigureNamespace':
    case 'Attest':
      return { type: 'unaffected', offset }
  }
}

function rememberedEvent(
  { offset, knownAt }: FoldedRecord,
  { memoryId, keyId, importance, supersedes }: Remember,
  content: RememberedContent | null,
): WorkingMemoryEvent {
  if (content === null) throw new Error(`The Remember at offset ${offset} was not opened`)
  // Of a tombstone the envelope's effects stand: what it corrected stays corrected.
  if (content === 'tombstone') {
    return { type: 'retired', offset, memoryIds: supersedes === null ? [] : [supersedes] }
  }
  const memory = { memoryId, offset, keyId, importance, rehearsals: 1, knownAt }
  return { type: 'remembered', offset, memory, sums: encode(content.content), supersedes }
}
