import type { PoolClient } from 'pg'
import type { ErasureRow } from '../../../domain/erasure/erasure.ts'
import type { KeyRow, LongTermChanges, ScopedKey } from '../../../domain/long-term/changes.ts'
import { ERASED_HMAC } from '../../../domain/long-term/fold-erase.ts'
import { uuidBytes } from '../../long-term/id-bytes.ts'
import { packKeyIds, packParts } from '../../long-term/packed-erasure.ts'
import { positionNumber } from '../../long-term/position-number.ts'
import { hexArray } from '../binary-arrays.ts'
import { quotedName } from '../quoted-name.ts'
import { queryRows, WHOLE_TABLE_TIMEOUT_MS } from '../row-query.ts'

/** An erasure may be about a million rows: its statements have the time that they need. */
export const UNHURRIED = 'begin; set local statement_timeout = 0'

const unnamed = (text: string) => ({ name: '', text })

/** How many memories stand under each of the keys, and whether they are erased already. */
export async function countUnderKeys(
  client: PoolClient,
  schema: string,
  keys: readonly ScopedKey[],
): Promise<readonly KeyRow[]> {
  const s = quotedName(schema)
  const rows: KeyRow[] = []
  for (const { keyId, tenant, namespace } of keys) {
    const counted = await queryRows(
      client,
      unnamed(`select count(*), count(*) filter (where live), exists (
          select from ${s}.erased_keys where key_id = decode($1, 'hex') and tenant = $2 and namespace = $3)
        from ${s}.memories where key_id = decode($1, 'hex') and tenant = $2 and namespace = $3 and sealed is not null`),
      [keyId, tenant, namespace],
      WHOLE_TABLE_TIMEOUT_MS,
    )
    const [all, live, erased] = counted[0]!
    rows.push({ tenant, namespace, keyId, erased: erased === 't', memories: { all: Number(all), live: Number(live) } })
  }
  return rows
}

/** The part of a move that is about erasures, in its transaction and behind its statement. */
export async function writeErasures(client: PoolClient, schema: string, changes: LongTermChanges): Promise<void> {
  const s = quotedName(schema)
  for (const row of changes.erasures ?? []) await writeErasure(client, s, row)
  for (const { partition, offset, tenant, namespace, receiptId, document } of changes.receipts ?? []) {
    await queryRows(
      client,
      unnamed(
        `insert into ${s}.receipts (position, tenant, namespace, receipt_id, document) values ($1, $2, $3, $4, $5)`,
      ),
      [positionNumber(partition, offset), tenant, namespace, uuidBytes(receiptId), document],
    )
  }
}

async function writeErasure(client: PoolClient, s: string, row: ErasureRow): Promise<void> {
  const position = positionNumber(row.partition, row.offset)
  const { tenant, namespace, principal, recordedAt, memories } = row
  await queryRows(
    client,
    unnamed(`insert into ${s}.erasures
        (position, tenant, namespace, command_id, receipt_id, principal, recorded_at, key_ids, parts, memories)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`),
    [
      position,
      tenant,
      namespace,
      uuidBytes(row.commandId),
      uuidBytes(row.receiptId),
      principal,
      recordedAt,
      packKeyIds(row.keyIds),
      packParts(row.parts),
      memories,
    ],
  )
  await queryRows(
    client,
    unnamed(`insert into ${s}.erased_keys (key_id, tenant, namespace, position)
      select key_id, $2, $3, $4 from unnest($1::bytea[]) as erased (key_id) on conflict do nothing`),
    [hexArray(row.keyIds), tenant, namespace, position],
  )
  await queryRows(
    client,
    unnamed(`update ${s}.memories set sealed = null, vectors = null, vector_models = null, live = false,
        content_hmac = $4, changed = $5
      where key_id = any($1::bytea[]) and tenant = $2 and namespace = $3 and sealed is not null`),
    [hexArray(row.keyIds), tenant, namespace, Buffer.from(ERASED_HMAC), row.offset],
    WHOLE_TABLE_TIMEOUT_MS,
  )
}
