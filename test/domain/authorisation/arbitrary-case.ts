import fc from 'fast-check'
import { type Action, actions } from '../../../domain/authorisation/action.ts'
import type { Role } from '../../../domain/identity.ts'

/** One row of the decision table. */
export interface AuthorisationCase {
  readonly tenant: string
  readonly principal: string
  readonly roles: readonly Role[]
  readonly namespaces: readonly string[] | null
  readonly action: Action
  readonly namespace: string | null
  readonly mode: 'development' | 'enterprise' | 'production'
}

/** Roles of this build, and names that are none: among them those that a plain object would answer for. */
const role = fc.constantFrom('reader', 'writer', 'admin', 'auditor', 'owner', 'constructor', '__proto__', 'Reader', '')
const namespace = fc.constantFrom('default', 'a', 'b', 'A', 'a.b', 'null', '0')
/** Actions of this build mostly, and some that a later one may have. */
const action = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...actions) },
  { weight: 1, arbitrary: fc.constantFrom(...(['toString', 'delete', ''] as string[] as Action[])) },
)

/** Every combination of roles, bindings, actions, namespaces and modes, and rows beyond the edge of each. */
export const arbitraryCase: fc.Arbitrary<AuthorisationCase> = fc.record({
  tenant: fc.constantFrom('default', 'acme', 'x'),
  principal: fc.constantFrom('ana', 'api-token', ''),
  roles: fc.array(role as fc.Arbitrary<Role>, { maxLength: 4 }),
  namespaces: fc.option(fc.array(namespace, { maxLength: 3 }), { nil: null }),
  action,
  namespace: fc.option(namespace, { nil: null, freq: 3 }),
  mode: fc.constantFrom('development', 'enterprise', 'production'),
})
