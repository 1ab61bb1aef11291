import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { AuditEntry } from '../../../domain/audit/audit-entry.ts'
import { topicNumber, topicOfNumber } from '../../audit/topic-number.ts'

export const ENTRY_COLUMNS =
  'topic, partition, record_offset, chain, at, tenant, namespace, principal, action, id, detail'

export type EntryColumns = readonly [
  topic: number,
  partition: number,
  offset: number,
  chain: Uint8Array,
  at: number,
  tenant: string | null,
  namespace: string | null,
  principal: string | null,
  action: string,
  id: string | null,
  detail: Uint8Array | null,
]

export const entryOfColumns = (columns: EntryColumns): AuditEntry => ({
  topic: topicOfNumber(columns[0]),
  partition: columns[1],
  offset: columns[2],
  chain: columns[3],
  at: columns[4],
  tenant: columns[5],
  namespace: columns[6],
  principal: columns[7],
  action: columns[8],
  id: columns[9],
  detail: columns[10],
})

export function entryInsert(database: DatabaseSync): (entry: AuditEntry) => void {
  const insert: StatementSync = database.prepare(
    `insert into entries (${ENTRY_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return (entry) => {
    const { topic, partition, offset, chain, at, tenant, namespace, principal, action, id, detail } = entry
    insert.run(topicNumber(topic), partition, offset, chain, at, tenant, namespace, principal, action, id, detail)
  }
}
