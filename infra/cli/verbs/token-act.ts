import type { StoredToken } from '../../tokens/token-store.ts'
import type { AdministeredAct } from '../administration.ts'

type Described = Pick<StoredToken, 'id' | 'tenant' | 'principal' | 'roles' | 'namespaces' | 'expiresAt'>

/** What was done to a token, as the auditor of its tenant reads it: whose it is and what it may do, and nothing that could be used as one. */
export const tokenAct = (action: 'create' | 'revoke', token: Described, exitCode: number): AdministeredAct => ({
  what: [`tokens ${action} ${token.id}`, ...options(token)].join(' '),
  tenant: token.tenant,
  exitCode,
})

/** As they are written on the command line; a principal may hold spaces, so it stands last. */
function options({ principal, roles, namespaces, expiresAt }: Described): readonly string[] {
  const expires = expiresAt === null ? 'never' : new Date(expiresAt).toISOString()
  return [
    `--role ${roles.join(',')}`,
    ...(namespaces === null ? [] : [`--namespace ${namespaces.join(',')}`]),
    `--expires ${expires}`,
    `--principal ${principal}`,
  ]
}
