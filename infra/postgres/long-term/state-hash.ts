import type { Pool } from 'pg'
import { CanonicalHash } from '../../long-term/canonical-hash.ts'
import { hexBytes, uuidBytes } from '../../long-term/id-bytes.ts'
import type { FollowedBuild } from '../live-build.ts'
import { quotedName } from '../quoted-name.ts'
import type { RawColumn } from '../row-query.ts'
import { fetchRows, inSnapshot } from './in-snapshot.ts'

/** How a raw column is hashed: number, text, uuid as its bytes, bytea. */
type Kind = 'n' | 't' | 'u' | 'b'

interface Table {
  /** One letter a column, in the order of the select list. */
  readonly kinds: string
  readonly sql: string
}

/**
 * Every table, in the order and with the columns of the SQLite twin, so that one log gives one hash in both. Memories are
 * sorted by position alone and then looked up: sorted whole, their sealed bytes would go through temporary files.
 */
const canonical = (s: string): readonly Table[] => [
  { kinds: 'n', sql: `select fold_version from ${s}.checkpoints order by partition limit 1` },
  {
    kinds: 'ntnun',
    sql: `select partition, generation, last_offset, last_command_id, known_time from ${s}.checkpoints
      where last_offset >= 0 order by partition`,
  },
  {
    kinds: 'ttnnnttnn',
    sql: `select tenant, namespace, partition, live, total, language, profile, first_known_at, last_known_at
      from ${s}.namespaces order by tenant, namespace`,
  },
  {
    kinds: 'nttunubtnnnntuuntbnnbb',
    sql: `select at.position, tenant, namespace, memory_id, changed, command_id, key_id, kind, occurred_at, recorded_at,
        known_at, importance, principal, supersedes, superseded_by, rehearsals, intervals, content_hmac, content_length,
        data_schema, sealed, vectors
      from (select position, memory_id from ${s}.memories order by position) as at
      join ${s}.memories using (memory_id) order by at.position`,
  },
  {
    kinds: 'ttututn',
    sql: `select tenant, namespace, source, rel, target, intervals, changed
      from ${s}.links order by tenant, namespace, source, rel, target`,
  },
  {
    kinds: 'nttutubntt',
    sql: `select position, tenant, namespace, command_id, command_type, memory_id, request_hmac, known_at, status, reason
      from ${s}.outcomes order by position`,
  },
  {
    kinds: 'nttuutnttn',
    sql: `select position, tenant, namespace, command_id, receipt_id, principal, recorded_at, key_ids, parts, memories
      from ${s}.erasures order by position`,
  },
  {
    kinds: 'nttut',
    sql: `select position, tenant, namespace, receipt_id, document from ${s}.receipts order by position`,
  },
  {
    kinds: 'nbbt',
    sql: `select position, record_key, record_value, reason from ${s}.dead_letters order by position`,
  },
]

/** SHA-256 of the whole state, hex: equal to that of SQLite's for the same log, however either was cut into batches. */
export async function hashState(pool: Pool, followed: FollowedBuild): Promise<string> {
  const { schema } = followed.current
  const hash = new CanonicalHash()
  await inSnapshot(pool, async (client) => {
    await client.query(`set local statement_timeout = 0; set local work_mem = '64MB'`)
    for (const [table, { kinds, sql }] of canonical(quotedName(schema)).entries()) {
      hash.add(table)
      for await (const rows of fetchRows(client, sql)) {
        for (const row of rows) addRow(hash, kinds, row)
      }
    }
  })
  return hash.digest()
}

function addRow(hash: CanonicalHash, kinds: string, row: readonly RawColumn[]): void {
  for (const [i, raw] of row.entries()) hash.add(raw === null ? null : hashedAs(kinds[i] as Kind, raw))
}

function hashedAs(kind: Kind, raw: string): number | string | Uint8Array {
  switch (kind) {
    case 'n':
      return Number(raw)
    case 't':
      return raw
    case 'u':
      return uuidBytes(raw)
    case 'b':
      return hexBytes(raw.slice(2))
  }
}
