import type { Pool } from 'pg'
import { isRole } from '../../../domain/identity.ts'
import type { StoredToken, TokenReader, TokenStore } from '../../tokens/token-store.ts'

type Row = Readonly<Record<string, unknown>>

const SELECT = `select token_hash, id, tenant, principal, roles, namespaces,
  extract(epoch from created_at) * 1000 as created_at, extract(epoch from expires_at) * 1000 as expires_at,
  extract(epoch from revoked_at) * 1000 as revoked_at from somabrain.api_tokens`

/** The tokens of a cluster, for its processes. */
export const postgresTokenReader = (pool: Pool): TokenReader => ({
  async find(hash) {
    const { rows } = await pool.query({
      name: 'find-api-token',
      text: `${SELECT} where token_hash = $1`,
      values: [hash],
    })
    return rows.length === 0 ? null : tokenOf(rows[0])
  },
})

/** The tokens of a cluster, for an operator. Closing ends the pool. */
export const postgresTokenStore = (pool: Pool): TokenStore => ({
  ...postgresTokenReader(pool),
  async add({ hash, id, tenant, principal, roles, namespaces, createdAt, expiresAt, revokedAt }) {
    await pool.query(
      `insert into somabrain.api_tokens
         (token_hash, id, tenant, principal, roles, namespaces, created_at, expires_at, revoked_at)
       values ($1, $2, $3, $4, $5, $6, to_timestamp($7 / 1000.0), to_timestamp($8 / 1000.0), to_timestamp($9 / 1000.0))`,
      [hash, id, tenant, principal, roles, namespaces, createdAt, expiresAt, revokedAt],
    )
  },
  async list(tenant) {
    const { rows } = await pool.query(
      `${SELECT} where $1::text is null or tenant = $1 order by api_tokens.created_at desc, id`,
      [tenant],
    )
    return rows.map(tokenOf)
  },
  async revoke(id, at) {
    const { rowCount } = await pool.query(
      `update somabrain.api_tokens set revoked_at = to_timestamp($2 / 1000.0) where id = $1 and revoked_at is null`,
      [id, at],
    )
    if (rowCount === 1) return 'revoked'
    const { rows } = await pool.query('select 1 from somabrain.api_tokens where id = $1', [id])
    return rows.length === 0 ? 'not-found' : 'already-revoked'
  },
  close: () => pool.end(),
})

const tokenOf = (row: Row): StoredToken => ({
  id: String(row.id),
  hash: row.token_hash as Uint8Array,
  tenant: String(row.tenant),
  principal: String(row.principal),
  roles: (row.roles as string[]).filter(isRole),
  namespaces: row.namespaces as string[] | null,
  createdAt: Number(row.created_at),
  expiresAt: row.expires_at === null ? null : Number(row.expires_at),
  revokedAt: row.revoked_at === null ? null : Number(row.revoked_at),
})
