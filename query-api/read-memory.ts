import type { Identity } from '../domain/identity.ts'
import type { MemoryRow } from '../domain/memory.ts'
import { ProblemError } from '../domain/problem.ts'
import { awaitHeads } from './fresh-read.ts'
import { reaches } from './namespace-access.ts'
import { openMemories } from './open-memories.ts'
import type { Reach } from './ports/reach.ts'
import type { Memory } from './query-api.ts'
import type { QueryContext } from './query-context.ts'

/** A memory by id, retired ones too. */
export async function readMemory(
  context: QueryContext,
  identity: Identity,
  memoryId: string,
  reach?: Reach,
): Promise<Memory> {
  const row = await readableRow(context, identity, memoryId, reach)
  const memory = (await openMemories(context, [row])).get(memoryId)
  if (memory === undefined) throw memoryNotFound(memoryId, 'id')
  return memory
}

/**
 * The row of a memory that the credential reaches. What it does not reach, what a policy denies, what is erased and what
 * never was are one and the same `memory_not_found`: the answer says nothing about what lies beyond.
 */
export async function readableRow(
  context: QueryContext,
  identity: Identity,
  memoryId: string,
  reach?: Reach,
  field = 'id',
): Promise<MemoryRow> {
  const row = await freshRow(context, identity.tenant, memoryId)
  if (row === null || row.sealed === null || !(await reaches(identity, reach, row.namespace))) {
    throw memoryNotFound(memoryId, field)
  }
  return row
}

/** The namespace, and so the partition to wait for, is known once the row is there. */
async function freshRow(context: QueryContext, tenant: string, memoryId: string): Promise<MemoryRow | null> {
  const { progress, reader, defaultAfter } = context
  const row = await reader.memory(tenant, memoryId)
  if (defaultAfter !== 'latest') return row
  if (row !== null && progress.folded(row.partition) >= progress.head(row.partition)) return row
  await awaitHeads(context, row === null ? undefined : [row.partition])
  return reader.memory(tenant, memoryId)
}

const memoryNotFound = (memoryId: string, field: string): ProblemError =>
  new ProblemError({ code: 'memory_not_found', detail: `There is no memory ${memoryId}.`, field })
