import type { Identity } from '../domain/identity.ts'
import type { Scope } from '../domain/names.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Reach } from './ports/reach.ts'

/** Whether the credential reaches a namespace of its tenant. */
export const mayRead = (identity: Identity, namespace: string): boolean =>
  identity.namespaces === null || identity.namespaces.includes(namespace)

/** The same of a namespace that the request did not name, where a policy has a word too. */
export const reaches = async (identity: Identity, reach: Reach | undefined, namespace: string): Promise<boolean> =>
  mayRead(identity, namespace) && (reach === undefined || reach(namespace))

/** The namespace that a request names, as the credential's tenant has it. Throws `forbidden` beyond its bounds. */
export function readableScope(identity: Identity, namespace: string): Scope {
  if (mayRead(identity, namespace)) return { tenant: identity.tenant, namespace }
  throw new ProblemError({
    code: 'forbidden',
    detail: `This credential does not reach the namespace ${namespace}.`,
    field: 'namespace',
    expected: `one of ${identity.namespaces!.join(', ')}`,
  })
}
