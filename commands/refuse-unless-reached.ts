import { ProblemError } from '../domain/problem.ts'
import type { Caller } from './command-api.ts'
import type { EraseRequest } from './requests/erase-request.ts'

/**
 * Refuses an erasure that a policy denies in one of the namespaces that it would touch: done in the others, it would be none.
 * A namespace that the request names was asked about before. The refusal names none: what they hold is what is denied.
 */
export async function refuseUnlessReached(
  { reach }: Caller,
  request: EraseRequest,
  namespaces: readonly string[],
): Promise<void> {
  if (reach === undefined || request.namespace !== null) return
  for (const namespace of namespaces) {
    if (await reach(namespace)) continue
    throw new ProblemError({
      code: 'forbidden',
      detail: 'The policy does not let this credential erase in every namespace that holds something of the subject.',
      field: 'namespace',
      expected: 'a namespace in which the policy lets it erase',
    })
  }
}
