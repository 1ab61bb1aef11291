import type { Identity } from '../../domain/identity.ts'
import { ProblemError } from '../../domain/problem.ts'

export type Action =
  | 'remember'
  | 'forget'
  | 'restore'
  | 'link'
  | 'unlink'
  | 'feedback'
  | 'configure'
  | 'recall'
  | 'plan'
  | 'list'
  | 'read'
  | 'metrics'

/** Refuses by throwing a `ProblemError`. `namespace` is `null` when the request names none. */
export type Authorise = (identity: Identity, action: Action, namespace: string | null) => void | Promise<void>

export interface Cost {
  /** 1 when a request begins, 0 when it turns out what it writes. */
  readonly requests: number
  /** Memories that are about to be written. */
  readonly memories: number
}

/** Refuses by throwing a `ProblemError` (`rate_limited`). */
export type Limit = (identity: Identity, cost: Cost) => void | Promise<void>

/** For credentials that carry every role: there is nothing to tell apart. */
export const everyActionAllowed: Authorise = () => undefined

/** For one trusted user: rates and daily writes are not counted. */
export const noLimit: Limit = () => undefined

/** A credential bound to namespaces reaches no other one, whatever the policy says. */
export function refuseForeignNamespace(identity: Identity, namespace: string | null): void {
  if (namespace === null || identity.namespaces === null || identity.namespaces.includes(namespace)) return
  throw new ProblemError({
    code: 'forbidden',
    detail: `The credential is not valid for the namespace ${namespace}`,
    field: 'namespace',
    expected: `one of: ${identity.namespaces.join(', ')}`,
  })
}
