import type { Pool } from 'pg'
import type { ErasureLog, FoldedErasure } from '../../commands/ports/erasure-log.ts'
import type { MemoryRow } from '../../domain/memory.ts'
import type { Scope } from '../../domain/names.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import type { SubjectRows } from '../../query-api/ports/subject-rows.ts'
import { offsetOfPosition, partitionOfPosition, positionNumber } from '../long-term/position-number.ts'
import type { FollowedBuild } from './live-build.ts'
import { ERASURE_SELECT, erasureOf } from './long-term/erasure-rows.ts'
import { MEMORY_SELECT, memoryOf } from './long-term/memory-rows.ts'
import { quotedName } from './quoted-name.ts'
import { type Parameter, queryRows, type RawColumn, type Statement } from './row-query.ts'
import { queryTenantRows } from './tenant-rows.ts'

/** Below every id. */
const NIL_UUID = '00000000-0000-0000-0000-000000000000'

/** What the live build of long-term memory knows of erasures and subjects. */
export class PostgresErasureLog implements ErasureLog, SubjectRows {
  readonly #pool: Pool
  readonly #followed: FollowedBuild

  constructor(pool: Pool, followed: FollowedBuild) {
    this.#pool = pool
    this.#followed = followed
  }

  async erasure(tenant: string, receiptId: string): Promise<FoldedErasure | null> {
    const rows = await this.#tenantRows(
      tenant,
      (s) =>
        `select ${ERASURE_SELECT} from ${s}.erasures where receipt_id = $1::uuid and tenant = $2 order by position`,
      [receiptId, tenant],
    )
    if (rows.length === 0) return null
    const [found] = await this.#tenantRows(
      tenant,
      (s) => `select document from ${s}.receipts where receipt_id = $1::uuid and tenant = $2 order by position limit 1`,
      [receiptId, tenant],
    )
    return { rows: rows.map(erasureOf), document: found?.[0] ?? null }
  }

  async open(limit: number, skip = 0): Promise<readonly FoldedErasure[]> {
    const ids = await this.#rows(
      (s) => `select receipt_id, tenant from ${s}.erasures
        where not exists (select from ${s}.receipts where receipts.receipt_id = erasures.receipt_id)
        group by receipt_id, tenant order by min(recorded_at), receipt_id limit $1 offset $2`,
      [limit, skip],
    )
    return this.#found(ids)
  }

  async all(after: string, limit: number): Promise<readonly FoldedErasure[]> {
    const ids = await this.#rows(
      (s) => `select distinct receipt_id, tenant from ${s}.erasures
        where receipt_id > $1::uuid order by receipt_id limit $2`,
      [after === '' ? NIL_UUID : after, limit],
    )
    return this.#found(ids)
  }

  /** Of every namespace that anything was ever erased in, the newest `Erase`. */
  async newest(): Promise<ReadonlyArray<Scope & { readonly partition: number; readonly offset: number }>> {
    const rows = await this.#rows(
      (s) => `select tenant, namespace, max(position) from ${s}.erasures group by tenant, namespace`,
      [],
    )
    return rows.map(([tenant, namespace, at]) => {
      const position = Number(at)
      const place = { partition: partitionOfPosition(position), offset: offsetOfPosition(position) }
      return { tenant: tenant ?? '', namespace: namespace ?? '', ...place }
    })
  }

  async erasedKeyIds(after: string, limit: number): Promise<readonly string[]> {
    const rows = await this.#rows(
      (s) => `select distinct encode(key_id, 'hex') from ${s}.erased_keys where key_id > decode($1, 'hex')
        order by 1 limit $2`,
      [after, limit],
    )
    return rows.map(([keyId]) => keyId ?? '')
  }

  async underKey(scope: Scope, keyId: string, after: number, limit: number): Promise<readonly MemoryRow[]> {
    const behind = positionNumber(partitionOf(partitionKey(scope)), 0) + after
    const rows = await this.#tenantRows(
      scope.tenant,
      (s) => `select ${MEMORY_SELECT} from ${s}.memories
        where key_id = decode($1, 'hex') and position > $2 and tenant = $3 and namespace = $4 order by position limit $5`,
      [keyId, behind, scope.tenant, scope.namespace, limit],
    )
    return rows.map(memoryOf)
  }

  /** `ids`: of receipts, each with its tenant. */
  async #found(ids: readonly RawColumn[][]): Promise<readonly FoldedErasure[]> {
    const erasures: FoldedErasure[] = []
    for (const [receiptId, tenant] of ids) {
      const erasure = await this.erasure(tenant ?? '', receiptId ?? '')
      if (erasure !== null) erasures.push(erasure)
    }
    return erasures
  }

  /** Behind the fence: what is asked for a tenant can be of no other. */
  #tenantRows(
    tenant: string,
    text: (schema: string) => string,
    values: readonly Parameter[],
  ): Promise<readonly RawColumn[][]> {
    return queryTenantRows(this.#pool, tenant, this.#statement(text), values)
  }

  /** Of all tenants: for finishing what any of them began. */
  #rows(text: (schema: string) => string, values: readonly Parameter[]): Promise<readonly RawColumn[][]> {
    return queryRows(this.#pool, this.#statement(text), values)
  }

  #statement(text: (schema: string) => string): Statement {
    return { name: '', text: text(quotedName(this.#followed.current.schema)) }
  }
}
