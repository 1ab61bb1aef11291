import { createHash } from 'node:crypto'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import { encode } from '../../domain/encoding/encode.ts'
import type { Scope } from '../../domain/names.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import { foldWorkingMemory } from '../../domain/working-memory/fold.ts'
import { EMPTY_WORKING_MEMORY, type Factor, type WorkingMemory } from '../../domain/working-memory/working-memory.ts'
import type { NamespaceState } from '../../projections/ports/working-memory-store.ts'
import { checkpointAt, uuidOf } from './long-term-rows.ts'

export const SCOPE: Scope = { tenant: 'acme', namespace: 'default' }
export const PARTITION = partitionOf(partitionKey(SCOPE))
/** Another namespace of the same partition. */
export const NEIGHBOUR: Scope = neighbourOf(SCOPE)

function neighbourOf({ tenant }: Scope): Scope {
  for (let n = 0; ; n++) {
    const scope = { tenant, namespace: `notes-${n}` }
    if (partitionOf(partitionKey(scope)) === PARTITION) return scope
  }
}

export const keyIdOf = (label: string): string => createHash('md5').update(label).digest('hex')

/** The state after `count` memories with offsets from `first` on, each under one of three data keys. */
export function statesOf(first: number, count: number, from: WorkingMemory = EMPTY_WORKING_MEMORY): WorkingMemory {
  let memory = from
  for (let offset = first; offset < first + count; offset++) {
    const result = foldWorkingMemory(memory, {
      type: 'remembered',
      offset,
      memory: {
        memoryId: uuidOf(`memory ${offset}`),
        offset,
        keyId: keyIdOf(`key ${offset % 3}`),
        importance: (offset * 379) % 1001,
        rehearsals: 1 + (offset % 7),
        knownAt: 1_760_000_000_000 + offset,
      },
      sums: encode(`note ${offset} about topic ${offset % 5}`),
      supersedes: null,
    })
    if (result.outcome !== 'folded') throw new Error(`Offset ${offset} needs a seed`)
    memory = result.state
  }
  return memory
}

export const namespaceState = (memory: WorkingMemory): NamespaceState<Factor> => ({
  generation: '00000000000000a1',
  longTermVersion: 3,
  memory,
})

/** What a store loads of a state: its exposures without their sums. */
export const loadedState = ({ generation, longTermVersion, memory }: NamespaceState<Factor>): NamespaceState => ({
  generation,
  longTermVersion,
  memory: {
    ...memory,
    factors: memory.factors.map(({ memoryId, offset, keyId }) => ({ memoryId, offset, keyId })),
  },
})

export const checkpointOf = (like: Checkpoint, offset: number): Checkpoint => checkpointAt(like, offset)
