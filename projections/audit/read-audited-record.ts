import type { EntryContent } from '../../domain/audit/audit-entry.ts'
import { scopeOfKey } from '../../domain/partition.ts'
import type { AuditCodec } from '../../schemas/audit-codec.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'
import type { LogRecord } from '../ports/log-reader.ts'

/** What a record says for the audit. `unknown-schema`: a newer writer is out. */
export type AuditedRecord =
  | {
      readonly ok: true
      readonly entry: EntryContent
      /** Of a Genesis. */
      readonly generation: string | null
    }
  | { readonly ok: false; readonly number: number }

/** Reads records of one audited topic. A function of the record alone, so that a replay comes to the same rows. */
export type ReadAuditedRecord = (record: LogRecord) => AuditedRecord

/** Writes: the envelope in clear says who did what when; the sealed part is not touched. */
export const commandReader =
  (codec: CommandCodec): ReadAuditedRecord =>
  (record) => {
    const decoded = codec.decode(record.value)
    if (!decoded.ok)
      return decoded.reason === 'unknown-schema' ? { ok: false, number: decoded.number } : unreadable(record)
    const command = decoded.value
    const scope = scopeOfKey(record.key)
    return {
      ok: true,
      generation: command.type === 'Genesis' ? command.generation : null,
      entry: {
        at: command.recordedAt,
        tenant: scope?.tenant ?? null,
        namespace: scope?.namespace ?? null,
        principal: command.type === 'Genesis' ? null : command.principal,
        action: kebabCase(command.type),
        id: command.commandId,
        detail: null,
      },
    }
  }

export const operationReader =
  (codec: AuditCodec): ReadAuditedRecord =>
  (record) => {
    const decoded = codec.decodeOperationHead(record.value)
    if (!decoded.ok)
      return decoded.reason === 'unknown-schema' ? { ok: false, number: decoded.number } : unreadable(record)
    const { at, tenant, namespace, principal, action, id } = decoded.value
    return {
      ok: true,
      generation: null,
      entry: { at, tenant, namespace, principal, action, id, detail: record.value },
    }
  }

/** It has its place in the chain like any other. */
const unreadable = ({ timestamp }: LogRecord): AuditedRecord => ({
  ok: true,
  generation: null,
  entry: {
    at: timestamp,
    tenant: null,
    namespace: null,
    principal: null,
    action: 'unreadable',
    id: null,
    detail: null,
  },
})

const kebabCase = (type: string): string => type.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase()
