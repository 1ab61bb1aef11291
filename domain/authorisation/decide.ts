import type { Identity } from '../identity.ts'
import { type Action, concernsWholeTenant } from './action.ts'
import { roleMatrix } from './role-matrix.ts'

/** `role`: none of the identity's roles may do it. `namespace`: its credential is bound to other namespaces. */
export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: 'role' | 'namespace' }

const ALLOWED: Decision = { allowed: true }

/**
 * The built-in decision: denied, unless a role allows the action and the credential reaches the namespace. `namespace` is
 * `null` when the request names none.
 */
export function decide(
  identity: Pick<Identity, 'roles' | 'namespaces'>,
  action: Action,
  namespace: string | null,
): Decision {
  if (!reaches(identity.namespaces, action, namespace)) return { allowed: false, reason: 'namespace' }
  // A role that this build does not know, from a token of another one, allows nothing.
  if (identity.roles.some((role) => Object.hasOwn(roleMatrix, role) && roleMatrix[role].has(action))) return ALLOWED
  return { allowed: false, reason: 'role' }
}

function reaches(bound: Identity['namespaces'], action: Action, namespace: string | null): boolean {
  if (bound === null) return true
  return namespace === null ? !concernsWholeTenant(action) : bound.includes(namespace)
}
