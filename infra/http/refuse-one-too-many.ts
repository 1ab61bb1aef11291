import { ProblemError } from '../../domain/problem.ts'
import type { NamespaceLimit } from '../limits/namespace-limit.ts'

/** Refuses a write that would begin a namespace beyond those that the tenant may have. */
export async function refuseOneTooMany(
  limit: NamespaceLimit | undefined,
  tenant: string,
  namespace: string,
): Promise<void> {
  const decision = (await limit?.(tenant, namespace)) ?? { admitted: true }
  if (decision.admitted) return
  throw new ProblemError({
    code: 'too_many_namespaces',
    detail: `${namespace} would be a namespace beyond the ${decision.most} that the tenant may have`,
    field: 'namespace',
    expected: `one of the tenant's namespaces: at most ${decision.most}`,
  })
}
