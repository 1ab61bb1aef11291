import type { AppendResult, LogWriter, NewRecord } from '../../commands/ports/log-writer.ts'
import { anchorKey, type SignedAnchor } from '../../domain/audit/anchor.ts'
import type { AuditOperation } from '../../domain/audit/audit-operation.ts'
import { anchorPartition, operationKey, operationPartition } from '../../domain/audit/audit-topics.ts'
import type { AuditCodec } from '../../schemas/audit-codec.ts'

/** Where operations go. Rejects when not all of them are certainly in the log. */
export interface AuditWriter {
  append(operations: readonly AuditOperation[]): Promise<void>
}

export function operationRecord(codec: AuditCodec, operation: AuditOperation): NewRecord {
  const key = operationKey(operation.tenant)
  const value = codec.encodeOperation(operation)
  return { partition: operationPartition(key), key, value, headers: {}, timestamp: operation.at }
}

export const anchorRecord = (codec: AuditCodec, anchor: SignedAnchor): NewRecord => ({
  partition: anchorPartition(anchor),
  key: anchorKey(anchor),
  value: codec.encodeAnchor(anchor),
  headers: {},
  timestamp: anchor.signedAt,
})

/** Rejects with the first cause unless all are in. */
export function assertAppended(results: readonly AppendResult[]): void {
  for (const result of results) if (result.status !== 'appended') throw result.cause
}

/** Operations through a log writer of `audit.operations`. */
export const auditWriter = (log: LogWriter, codec: AuditCodec): AuditWriter => ({
  append: async (operations) =>
    assertAppended(await log.append(operations.map((operation) => operationRecord(codec, operation)))),
})
