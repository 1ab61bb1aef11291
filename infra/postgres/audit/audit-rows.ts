import type { AuditEntry } from '../../../domain/audit/audit-entry.ts'
import type { AuditCheckpoint } from '../../../projections/audit/ports/audit-store.ts'
import { topicOfNumber } from '../../audit/topic-number.ts'
import { bytesOf } from '../long-term/raw-bytes.ts'
import type { RawColumn } from '../row-query.ts'

export const AUDIT_ENTRY_COLUMNS =
  'topic, partition, record_offset, chain, at, tenant, namespace, principal, action, id, detail'

export function auditEntryOf(columns: readonly RawColumn[]): AuditEntry {
  const [topic, partition, offset, chain, at, tenant, namespace, principal, action, id, detail] = columns
  return {
    topic: topicOfNumber(Number(topic)),
    partition: Number(partition),
    offset: Number(offset),
    chain: bytesOf(chain ?? ''),
    at: Number(at),
    tenant: tenant ?? null,
    namespace: namespace ?? null,
    principal: principal ?? null,
    action: action ?? '',
    id: id ?? null,
    detail: detail == null ? null : bytesOf(detail),
  }
}

export const AUDIT_CHECKPOINT_COLUMNS = 'fold_version, generation, last_offset, last_id, known_time, chain, entries'

export function auditCheckpointOf(columns: readonly RawColumn[]): AuditCheckpoint {
  const [foldVersion, generation, offset, lastId, knownTime, chain, entries] = columns
  return {
    foldVersion: Number(foldVersion),
    generation: generation ?? '',
    offset: Number(offset),
    lastCommandId: lastId ?? null,
    knownTime: Number(knownTime),
    chain: bytesOf(chain ?? ''),
    entries: Number(entries),
  }
}
