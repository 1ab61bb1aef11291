import type { Attest, Erase } from '../command.ts'
import type { MemoryRow } from '../memory.ts'
import type { Outcome } from '../outcome.ts'
import type { Draft } from './draft.ts'
import type { FoldEntry } from './fold-entry.ts'
import { touchNamespace } from './fold-namespace.ts'

/** In place of the content's HMAC, which would still tell equal contents apart from others. */
export const ERASED_HMAC: Uint8Array = new Uint8Array(32)

/**
 * Makes tombstones of whatever stands under the named keys. Of those that the batch does not hold, only the number is known
 * here: the store does it for them (`LongTermChanges.erasures`). The keys are remembered, so that a record which an edge
 * sealed with a key in its cache and appended behind the `Erase` is refused.
 */
export function foldErase(draft: Draft, entry: FoldEntry, command: Erase): Outcome {
  const { scope, partition, offset } = entry
  const { commandId, receiptId, principal, recordedAt, keyIds, parts } = command
  if (draft.namespace(scope) !== undefined) touchNamespace(draft, entry)
  const memories = draft.eraseKeys(scope, keyIds, (row) => tombstone(row, offset))
  draft.putErasure({
    ...scope,
    partition,
    offset,
    commandId,
    receiptId,
    principal,
    recordedAt,
    keyIds,
    parts,
    memories,
  })
  return { status: 'stored' }
}

export function foldAttest(draft: Draft, { scope, partition, offset }: FoldEntry, command: Attest): Outcome {
  const { receiptId, document } = command
  draft.putReceipt({ ...scope, partition, offset, receiptId, document })
  return { status: 'stored' }
}

/** The envelope stands, what was sealed is gone. */
function tombstone({ vectors: _, ...row }: MemoryRow, changed: number): MemoryRow {
  return { ...row, changed, contentHmac: ERASED_HMAC, sealed: null }
}
