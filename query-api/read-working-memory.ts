import type { Identity } from '../domain/identity.ts'
import type { Scope } from '../domain/names.ts'
import { partitionKey, partitionOf } from '../domain/partition.ts'
import { encodePosition } from '../domain/position.ts'
import { awaitHeads } from './fresh-read.ts'
import { readableScope } from './namespace-access.ts'
import { memoriesById } from './open-memories.ts'
import type { WorkingMemoryState } from './ports/working-memory.ts'
import { checkpointText } from './position-text.ts'
import type { Memory, WorkingMemoryAnswer } from './query-api.ts'
import type { QueryContext } from './query-context.ts'

/** ρ before any exposure: I/d in the built-in encoding. */
const DIMENSION = 256
const EMPTY_DENSITY = { exposures: 0, trace: 1, purity: 1 / DIMENSION, dimension: DIMENSION }

/** What a namespace has in mind, highest priority first, and the figures of its density matrix. */
export async function readWorkingMemory(
  context: QueryContext,
  identity: Identity,
  namespace: string,
): Promise<WorkingMemoryAnswer> {
  const scope = readableScope(identity, namespace)
  const partition = partitionOf(partitionKey(scope))
  const fresh = await awaitHeads(context, [partition])
  const degraded = fresh ? [] : ['lag']
  const state = await context.workingMemory.state(scope)
  if (state === null) {
    const checkpoint = await context.reader.checkpoint(partition)
    return { items: [], density: EMPTY_DENSITY, position: checkpointText(partition, checkpoint), degraded }
  }
  return {
    items: await openItems(context, scope, state),
    density: state.density,
    position: encodePosition(state.position),
    degraded,
  }
}

/** Working memory knows no time, so what is not valid now is left out here. */
async function openItems(
  context: QueryContext,
  scope: Scope,
  state: WorkingMemoryState,
): Promise<WorkingMemoryAnswer['items']> {
  const now = context.clock()
  const memories = await memoriesById(context, scope, state.items)
  return state.items.flatMap(({ memoryId, priority }) => {
    const memory = memories.get(memoryId)
    return memory !== undefined && isValid(memory, now) ? [{ ...memory, priority }] : []
  })
}

const isValid = (memory: Memory, now: number): boolean =>
  memory.retiredAt === null && (memory.validUntil === null || now < memory.validUntil)
