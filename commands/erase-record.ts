import type { Erase } from '../domain/command.ts'
import { erasePartId } from '../domain/erasure/erase-ids.ts'
import type { ErasePart } from '../domain/erasure/erasure.ts'
import { partitionKey, partitionOf } from '../domain/partition.ts'
import { newestOf } from '../schemas/catalogue.ts'
import type { CommandCodec } from '../schemas/command-codec.ts'
import { cloudEventHeaders } from './cloud-event.ts'
import type { NewRecord } from './ports/log-writer.ts'

/** An erasure before it is cut into one `Erase` for each namespace. */
export interface ErasurePlan {
  readonly tenant: string
  readonly receiptId: string
  readonly principal: string
  readonly recordedAt: number
  readonly parts: readonly ErasePart[]
}

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
