import type { Erase } from '../domain/command.ts'
import { erasePartId } from '../domain/erasure/erase-ids.ts'
import { type ErasePart, heldParts } from '../domain/erasure/erasure.ts'
import { partitionKey, partitionOf } from '../domain/partition.ts'
import { newestOf } from '../schemas/catalogue.ts'
import type { CommandCodec } from '../schemas/command-codec.ts'
import { cloudEventHeaders } from './cloud-event.ts'
import type { LedgerEntry } from './ports/erasure-ledger.ts'
import type { FoldedErasure } from './ports/erasure-log.ts'
import type { NewRecord } from './ports/log-writer.ts'

/** An erasure before it is cut into one `Erase` for each namespace. */
export interface ErasurePlan {
  readonly tenant: string
  readonly receiptId: string
  readonly principal: string
  readonly recordedAt: number
  readonly parts: readonly ErasePart[]
}

/** Whether every part is folded. */
export const isWhole = ({ rows }: FoldedErasure): boolean => {
  const folded = new Set(rows.map(({ namespace }) => namespace))
  return rows[0]!.parts.every(({ namespace }) => folded.has(namespace))
}

/** The erasure as far as it is folded, and so holds. */
export function heldPlan({ rows }: FoldedErasure): ErasurePlan {
  const { tenant, receiptId, principal, recordedAt } = rows[0]!
  return { tenant, receiptId, principal, recordedAt, parts: heldParts(rows) }
}

export const ledgerEntry = ({ receiptId, tenant, recordedAt, principal, parts }: ErasurePlan): LedgerEntry => ({
  ...{ receiptId, tenant, recordedAt, principal },
  namespaces: parts.map(({ namespace, keyId, requestHmac, keyIds }) => ({
    ...{ namespace, keyId, keyIds },
    requestHmac: Buffer.from(requestHmac).toString('hex'),
  })),
})

/** The `Erase` of one part, the same whoever makes it. */
export function eraseRecord(
  codec: CommandCodec,
  plan: ErasurePlan,
  { namespace, keyId, requestHmac, keyIds }: ErasePart,
  traceparent: string | null,
): NewRecord {
  const { tenant, receiptId, principal, recordedAt, parts } = plan
  const commandId = erasePartId(tenant, namespace, receiptId)
  const command: Erase = {
    type: 'Erase',
    ...{ commandId, recordedAt, principal, keyId, requestHmac },
    ...{ receiptId, keyIds, parts },
  }
  const key = partitionKey({ tenant, namespace })
  return {
    partition: partitionOf(key),
    key,
    value: codec.encode(command),
    headers: cloudEventHeaders(command, newestOf('Erase').number, traceparent),
    timestamp: recordedAt,
  }
}
