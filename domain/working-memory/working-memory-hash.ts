import { createHash } from 'node:crypto'
import { ENCODING_VERSION } from '../encoding/encode.ts'
import { lengthPrefixed } from '../length-prefixed.ts'
import { type Factor, WORKING_MEMORY_VERSION, type WorkingMemory, type WorkingMemoryItem } from './working-memory.ts'

/** SHA-256 (hex) of a state's canonical bytes: equal when, and only when, two states are equal bit for bit. */
export function workingMemoryHash(state: WorkingMemory): string {
  const hash = createHash('sha256')
  hash.update(lengthPrefixed('somabrain/working-memory', numbers(WORKING_MEMORY_VERSION, ENCODING_VERSION)))
  hash.update(numbers(state.position, state.items.length, state.factors.length))
  for (const item of state.items) hash.update(itemBytes(item))
  for (const factor of state.factors) hash.update(factorBytes(factor))
  return hash.digest('hex')
}

const itemBytes = (item: WorkingMemoryItem): Uint8Array =>
  lengthPrefixed(
    item.memoryId,
    item.keyId,
    numbers(item.offset, item.importance, item.rehearsals, item.knownAt, item.priority),
  )

const factorBytes = ({ memoryId, keyId, offset, sums }: Factor): Uint8Array => {
  const bytes = Buffer.alloc(sums.length * 2)
  for (let i = 0; i < sums.length; i++) bytes.writeInt16LE(sums[i]!, i * 2)
  return lengthPrefixed(memoryId, keyId, numbers(offset), bytes)
}

/** IEEE 754 binary64, little endian. */
function numbers(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 8)
  for (const [i, value] of values.entries()) bytes.writeDoubleLE(value, i * 8)
  return bytes
}
