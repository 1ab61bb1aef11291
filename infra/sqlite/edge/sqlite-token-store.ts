import type { DatabaseSync } from 'node:sqlite'
import { isRole } from '../../../domain/identity.ts'
import type { Revocation, StoredToken, TokenReader, TokenStore } from '../../tokens/token-store.ts'
import { naming } from '../data-dir/check-store.ts'
import { openForReading, openForWriting } from '../data-dir/open-database.ts'
import { edgeSchema } from './edge-schema.ts'
import { edgeTuning } from './prepare-edge.ts'

const CACHE_BYTES = 256 << 10
const SELECT = 'select * from api_tokens'

type Row = Readonly<Record<string, unknown>>

/** The tokens of a prepared edge.db, for a server that only reads them. */
export function openSqliteTokenReader(file: string): TokenReader & { close(): void } {
  const database = naming(file, edgeSchema, () => openForReading(file, CACHE_BYTES))
  return { find: finder(file, database), close: () => database.close() }
}

/** The tokens of a prepared edge.db, for an operator; a server may have the file open. Writes are durable when they answer. */
export function openSqliteTokenStore(file: string): TokenStore {
  const database = naming(file, edgeSchema, () => openForWriting(file, edgeTuning))
  const add = database.prepare(
    `insert into api_tokens values (:hash, :id, :tenant, :principal, :roles, :namespaces, :createdAt, :expiresAt, :revokedAt)`,
  )
  const revoke = database.prepare('update api_tokens set revoked_at = :at where id = :id and revoked_at is null')
  const known = database.prepare('select 1 from api_tokens where id = :id')
  const list = database.prepare(`${SELECT} where :tenant is null or tenant = :tenant order by created_at desc, id`)
  const run = <Result>(work: () => Result): Result => naming(file, edgeSchema, work)
  return {
    find: finder(file, database),
    async add(token) {
      run(() => add.run(parametersOf(token)))
    },
    async list(tenant) {
      return run(() => list.all({ tenant })).map(tokenOf)
    },
    async revoke(id, at): Promise<Revocation> {
      return run(() => {
        if (Number(revoke.run({ id, at }).changes) > 0) return 'revoked'
        return known.get({ id }) === undefined ? 'not-found' : 'already-revoked'
      })
    },
    async close() {
      database.close()
    },
  }
}

function finder(file: string, database: DatabaseSync): TokenReader['find'] {
  const find = database.prepare(`${SELECT} where token_hash = ?`)
  return async (hash) => {
    const row = naming(file, edgeSchema, () => find.get(hash))
    return row === undefined ? null : tokenOf(row)
  }
}

function parametersOf({ roles, namespaces, ...token }: StoredToken) {
  return { ...token, roles: JSON.stringify(roles), namespaces: namespaces === null ? null : JSON.stringify(namespaces) }
}

const tokenOf = (row: Row): StoredToken => ({
  id: String(row.id),
  hash: row.token_hash as Uint8Array,
  tenant: String(row.tenant),
  principal: String(row.principal),
  roles: (JSON.parse(String(row.roles)) as string[]).filter(isRole),
  namespaces: row.namespaces === null ? null : (JSON.parse(String(row.namespaces)) as string[]),
  createdAt: Number(row.created_at),
  expiresAt: row.expires_at === null ? null : Number(row.expires_at),
  revokedAt: row.revoked_at === null ? null : Number(row.revoked_at),
})
