import type { ErasePart } from '../domain/erasure/erasure.ts'
import type { NamespaceRow } from '../domain/memory.ts'
import { ProblemError } from '../domain/problem.ts'
import { canonicalJson } from './canonical-json.ts'
import { caughtUp } from './locate.ts'
import type { FoldProgress } from './ports/read-side.ts'
import type { SubjectKeys } from './ports/subject-keys.ts'
import type { Vault } from './ports/vault.ts'
import type { EraseRequest } from './requests/erase-request.ts'

export interface ErasurePartsDeps {
  readonly vault: Vault
  readonly subjectKeys: SubjectKeys
  readonly progress: FoldProgress
  readonly namespaces: { namespaces(tenant: string): Promise<readonly NamespaceRow[]> }
}

/** What an erasure is about as the keys stand now. Throws `subject_not_found` when there is nothing. */
export async function erasureParts(
  deps: ErasurePartsDeps,
  tenant: string,
  request: EraseRequest,
): Promise<readonly ErasePart[]> {
  const parts: ErasePart[] = []
  for (const namespace of await namespacesOf(deps, tenant, request.namespace)) {
    const scope = { tenant, namespace }
    const keyIds = await answered(deps.subjectKeys.keyIdsOf(scope, request.subject))
    if (keyIds.length === 0) continue
    const key = await answered(deps.vault.dataKey(scope, null))
    parts.push({ namespace, keyId: key.keyId, requestHmac: key.requestHmac(canonicalJson({ ...request })), keyIds })
  }
  if (parts.length > 0) return parts
  throw new ProblemError({
    code: 'subject_not_found',
    detail: 'Nothing was ever stored here under that subject.',
    field: 'subject',
  })
}

/** All namespaces of the tenant, those of what was accepted a moment ago too. */
async function namespacesOf(deps: ErasurePartsDeps, tenant: string, named: string | null): Promise<readonly string[]> {
  if (named !== null) return [named]
  try {
    if (await caughtUp(deps.progress, tenant, null)) {
      return (await deps.namespaces.namespaces(tenant)).map(({ namespace }) => namespace)
    }
  } catch (cause) {
    throw storeUnavailable('Long-term memory does not answer', cause)
  }
  throw storeUnavailable('Long-term memory has not folded all that was accepted')
}

export const storeUnavailable = (what: string, cause?: unknown): ProblemError =>
  new ProblemError(
    {
      code: 'store_unavailable',
      detail: `${what}, so the namespaces cannot be told; name one, or retry.`,
      field: 'namespace',
      retryAfterSeconds: 1,
    },
    { cause },
  )

async function answered<T>(keys: Promise<T>): Promise<T> {
  try {
    return await keys
  } catch (cause) {
    const detail = 'The store of the data keys does not answer; nothing was erased.'
    throw new ProblemError({ code: 'log_unavailable', detail, retryAfterSeconds: 1 }, { cause })
  }
}
