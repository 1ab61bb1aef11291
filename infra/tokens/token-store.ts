import type { Role } from '../../domain/identity.ts'

/** An API token as it is kept: everything but the token. Instants are milliseconds since 1970. */
export interface StoredToken {
  /** See `tokenId`. */
  readonly id: string
  /** SHA-256 of the token. */
  readonly hash: Uint8Array
  readonly tenant: string
  readonly principal: string
  readonly roles: readonly Role[]
  /** `null`: all of the tenant's. */
  readonly namespaces: readonly string[] | null
  readonly createdAt: number
  /** `null`: never. */
  readonly expiresAt: number | null
  readonly revokedAt: number | null
}

/** What a server needs of the store. Rejects when it does not answer. */
export interface TokenReader {
  /** `null`: there is no such token. */
  find(hash: Uint8Array): Promise<StoredToken | null>
}

export type Revocation = 'revoked' | 'already-revoked' | 'not-found'

export interface TokenStore extends TokenReader {
  add(token: StoredToken): Promise<void>
  /** All, or those of one tenant, newest first. */
  list(tenant: string | null): Promise<readonly StoredToken[]>
  /** `at`: milliseconds since 1970. */
  revoke(id: string, at: number): Promise<Revocation>
  close(): Promise<void>
}
