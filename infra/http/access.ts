import type { Action } from '../../domain/authorisation/action.ts'
import { decide } from '../../domain/authorisation/decide.ts'
import { rolesThatMay } from '../../domain/authorisation/role-matrix.ts'
import type { Identity } from '../../domain/identity.ts'
import { ProblemError } from '../../domain/problem.ts'

export type { Action }

/**
 * A second voice on what the built-in roles allow: it can refuse by throwing a `ProblemError`, and allow nothing more.
 * `namespace` is `null` when the request names none.
 */
export type Authorise = (identity: Identity, action: Action, namespace: string | null) => void | Promise<void>

/** Whether the second voice lets an action be done in a namespace; rejects when it has no word on it. */
export async function isAuthorised(
  authorise: Authorise,
  identity: Identity,
  action: Action,
  namespace: string,
): Promise<boolean> {
  try {
    await authorise(identity, action, namespace)
    return true
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'forbidden') return false
    throw error
  }
}

/** Refuses what the built-in roles and the credential's namespaces do not allow. */
export function refuseUnlessAllowed(identity: Identity, action: Action, namespace: string | null): void {
  const decision = decide(identity, action, namespace)
  if (decision.allowed) return
  throw decision.reason === 'role' ? roleMissing(identity, action) : foreignNamespace(identity, action, namespace)
}

const roleMissing = ({ roles }: Identity, action: Action): ProblemError =>
  new ProblemError({
    code: 'forbidden',
    detail: `The credential may not ${action}: it has ${roles.length === 0 ? 'no role' : `the roles ${roles.join(', ')}`}`,
    expected: `one of the roles: ${rolesThatMay(action).join(', ')}`,
  })

function foreignNamespace({ namespaces }: Identity, action: Action, namespace: string | null): ProblemError {
  const isBound = `one of: ${(namespaces ?? []).join(', ')}`
  if (namespace === null) {
    const detail = `The credential is bound to namespaces, and ${action} is about the whole tenant`
    return new ProblemError({
      code: 'forbidden',
      detail,
      field: 'namespace',
      expected: 'a credential without namespaces',
    })
  }
  const detail = `The credential is not valid for the namespace ${namespace}`
  return new ProblemError({ code: 'forbidden', detail, field: 'namespace', expected: isBound })
}
