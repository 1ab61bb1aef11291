import { SignJWT } from 'jose'
import type { Identity } from '../../domain/identity.ts'

/** For SOMABRAIN_JWT_SECRET of a server under test. */
export const JWT_SECRET = 'the secret of a test, longer than 32 bytes'

/** A token with which a server of {@link JWT_SECRET} takes its bearer for this identity. */
export const tokenOf = ({ tenant, principal, roles, namespaces }: Identity): Promise<string> =>
  new SignJWT({ tenant_id: tenant, roles: [...roles], ...(namespaces === null ? {} : { namespaces: [...namespaces] }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(principal)
    .setIssuedAt()
    .setExpirationTime('3h')
    .sign(new TextEncoder().encode(JWT_SECRET))
