import type { DatabaseSync } from 'node:sqlite'
import { CanonicalHash } from '../../long-term/canonical-hash.ts'
import { inSnapshot } from '../data-dir/in-transaction.ts'
import { prepareArrays } from './prepare-arrays.ts'

/** Every table, with scope numbers resolved to names (they depend on how partitions took turns) and in a fixed order. */
const CANONICAL = [
  'select fold_version from fold',
  `select partition, generation, last_offset, last_command_id, known_time from checkpoints order by partition`,
  `select tenant, namespace, partition, live, total, language, profile, first_known_at, last_known_at
     from namespaces join scopes using (scope) order by tenant, namespace`,
  `select position, tenant, namespace, memory_id, changed, command_id, key_id, kind, occurred_at, recorded_at, known_at,
       importance, principal, supersedes, superseded_by, rehearsals, intervals, content_hmac, content_length,
       data_schema, sealed, vectors
     from memories join scopes using (scope) order by position`,
  `select tenant, namespace, source, rel, target, intervals, changed
     from links join scopes using (scope) order by tenant, namespace, source, rel, target`,
  `select position, tenant, namespace, command_id, command_type, memory_id, request_hmac, known_at, status, reason
     from outcomes join scopes using (scope) order by position`,
  `select position, tenant, namespace, command_id, receipt_id, principal, recorded_at, key_ids, parts, memories
     from erasures join scopes using (scope) order by position`,
  'select position, tenant, namespace, receipt_id, document from receipts join scopes using (scope) order by position',
  'select position, record_key, record_value, reason from dead_letters order by position',
]

/** SHA-256 of the whole state, hex. Independent of row ids, page layout and of how the log was cut into batches. */
export function hashState(database: DatabaseSync): string {
  const hash = new CanonicalHash()
  inSnapshot(database, () => {
    for (const [table, sql] of CANONICAL.entries()) {
      hash.add(table)
      for (const row of prepareArrays(database, sql).iterate()) {
        for (const value of row as unknown as readonly unknown[]) hash.add(value)
      }
    }
  })
  return hash.digest()
}
