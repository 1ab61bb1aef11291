import type { IncomingHttpHeaders } from 'node:http'
import type { Identity } from '../../../domain/identity.ts'
import { AuthenticationError } from './authenticator.ts'

type Claim = readonly [header: string, agrees: (identity: Identity, value: string) => boolean]

const tenant = (identity: Identity, value: string): boolean => identity.tenant === value
const principal = (identity: Identity, value: string): boolean => identity.principal === value
const roles = (identity: Identity, value: string): boolean =>
  value.split(/[\s,]+/).every((role) => (identity.roles as readonly string[]).includes(role))

/** Headers with which gateways and older clients say who asks. */
const CLAIMS: readonly Claim[] = [
  ['X-Tenant-Id', tenant],
  ['X-Tenant', tenant],
  ['X-Somabrain-Tenant', tenant],
  ['X-Principal', principal],
  ['X-Principal-Id', principal],
  ['X-Roles', roles],
  ['X-Role', roles],
]
const claims = CLAIMS.map(([name, agrees]) => ({ name, key: name.toLowerCase(), agrees }))

/**
 * Who asks is told by the credential alone. A header that says the same is harmless; one that says otherwise would be
 * ignored, and its sender would read or write where it did not mean to: it is refused by name.
 */
export function refuseClaimedIdentity(headers: IncomingHttpHeaders, identity: Identity): void {
  for (const { name, key, agrees } of claims) {
    const value = headers[key]
    if (value === undefined || agrees(identity, String(value))) continue
    throw new AuthenticationError('claimed_identity', {
      code: 'forbidden',
      detail: `The header ${name} does not agree with the credential, which alone says who asks`,
      field: name,
      expected: `no ${name} header, or what the credential says`,
    })
  }
}
