import type { MemoryRow } from '../domain/memory.ts'
import type { Scope } from '../domain/names.ts'
import { PARTITIONS, partitionKey, partitionOf } from '../domain/partition.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Caller } from './command-api.ts'
import type { FoldProgress, MemoryFinder } from './ports/read-side.ts'

export interface LocateDeps {
  readonly memories: MemoryFinder
  readonly progress: FoldProgress
}

/** How long a command waits for what was accepted before it to be folded, so that it can be named. */
const CATCH_UP_MS = 2000

/**
 * The namespace of a memory that a command names. A memory that is nowhere, in another tenant or beyond the credential's
 * namespaces, and one in a namespace that a policy denies, is `memory_not_found`, all in the same way. When long-term memory cannot say (it does not answer, or has not
 * folded what was accepted before) and the caller named the namespace, the command goes into the log and the fold decides.
 */
export async function locate(
  deps: LocateDeps,
  { identity, reach }: Pick<Caller, 'identity' | 'reach'>,
  namespace: string | null,
  memoryId: string,
): Promise<Scope> {
  const isCaughtUp = await caughtUp(deps.progress, identity.tenant, namespace)
  let row: MemoryRow | null
  try {
    row = await deps.memories.memory(identity.tenant, memoryId)
  } catch (cause) {
    if (namespace !== null) return { tenant: identity.tenant, namespace }
    throw new ProblemError(
      {
        code: 'store_unavailable',
        detail: 'Long-term memory does not answer, so the memory cannot be found; name its namespace to go on.',
        field: 'namespace',
        retryAfterSeconds: 1,
      },
      { cause },
    )
  }
  if (row === null && !isCaughtUp) {
    if (namespace !== null) return { tenant: identity.tenant, namespace }
    throw new ProblemError({
      code: 'store_unavailable',
      detail: 'Long-term memory has not folded all that was accepted; name the namespace of the memory to go on.',
      field: 'namespace',
      retryAfterSeconds: 1,
    })
  }
  const allowed = identity.namespaces === null || (row !== null && identity.namespaces.includes(row.namespace))
  if (row === null || !allowed || (namespace !== null && row.namespace !== namespace)) throw memoryNotFound(memoryId)
  // About a namespace that the request named, the policy was asked before.
  if (namespace === null && reach !== undefined && !(await reach(row.namespace))) throw memoryNotFound(memoryId)
  return { tenant: row.tenant, namespace: row.namespace }
}

const memoryNotFound = (memoryId: string): ProblemError =>
  new ProblemError({
    code: 'memory_not_found',
    detail: `No memory ${memoryId} is stored here.`,
    field: 'memory_id',
  })

/**
 * Waits until what is in the log now is folded, and resolves to whether it is; a memory that was just accepted must not be
 * unknown. A log that does not say how far it reaches will not take the command either, so that is left to the append.
 */
export async function caughtUp(progress: FoldProgress, tenant: string, namespace: string | null): Promise<boolean> {
  const partitions =
    namespace === null
      ? Array.from({ length: PARTITIONS }, (_, partition) => partition)
      : [partitionOf(partitionKey({ tenant, namespace }))]
  const heads = await Promise.allSettled(partitions.map((partition) => progress.latestHead(partition)))
  const folded = await Promise.all(
    heads.map((head, i) =>
      head.status === 'fulfilled' ? progress.waitForFold(partitions[i]!, head.value, CATCH_UP_MS) : false,
    ),
  )
  return folded.every(Boolean)
}
