import type { NewRecord } from '../../../commands/ports/log-writer.ts'
import { draftBody, encodeBody } from './record-body.ts'

const ENTRY_BYTES = 8

/**
 * All records of one append in one buffer, which moves to the writer thread without being copied: structured clones of
 * a thousand records would cost the HTTP thread more than the rest of the append. Each is partition and size (uint32),
 * then the body.
 */
export function packRecords(records: readonly NewRecord[]): ArrayBuffer {
  const drafts = records.map(draftBody)
  const packed = Buffer.allocUnsafeSlow(drafts.reduce((sum, draft) => sum + ENTRY_BYTES + draft.size, 0))
  let at = 0
  for (const draft of drafts) {
    packed.writeUInt32LE(draft.record.partition, at)
    packed.writeUInt32LE(draft.size, at + 4)
    encodeBody(draft, packed, at + ENTRY_BYTES)
    at += ENTRY_BYTES + draft.size
  }
  return packed.buffer
}

/** Calls `take` for each body of {@link packRecords}, in order. */
export function unpackRecords(packed: ArrayBuffer, take: (partition: number, body: Buffer) => void): void {
  const view = Buffer.from(packed)
  let at = 0
  while (at < view.length) {
    const bodyFrom = at + ENTRY_BYTES
    const end = bodyFrom + view.readUInt32LE(at + 4)
    take(view.readUInt32LE(at), view.subarray(bodyFrom, end))
    at = end
  }
}
