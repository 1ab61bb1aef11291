import { itemOf, outranks } from '../../domain/working-memory/held-items.ts'
import type { FactorHead, WorkingMemoryItem } from '../../domain/working-memory/working-memory.ts'
import type { NamespaceState } from '../../projections/ports/working-memory-store.ts'
import { hexBytes, hexText, uuidBytes, uuidText } from '../long-term/id-bytes.ts'

/** A namespace's state as Redis keeps it, but for the sums of its exposures. */
export interface StoredState {
  /** Of the partition, when this was written. 16 hex digits. */
  readonly incarnation: string
  /** The move that wrote it: another one wrote another state. 16 hex digits. */
  readonly move: string
  readonly state: NamespaceState
}

const FORMAT = 1
const ID_BYTES = 8
const KEY_ID_BYTES = 16
const UUID_BYTES = 16
const HEAD_BYTES = 1 + 3 * ID_BYTES + 4 + 8 + 2 + 2
const MEMORY_BYTES = UUID_BYTES + 8 + 2 + 1
const ITEM_BYTES = 2 + 2 + 8
const IS_ITEM = 1
const IS_FACTOR = 2

/** A memory that is held as an item, as an exposure, or both. */
interface Held {
  readonly memory: FactorHead
  item: WorkingMemoryItem | null
  isFactor: boolean
}

/**
 * format ‖ incarnation ‖ move ‖ generation ‖ long-term fold version (uint32) ‖ position (float64) ‖ number of data keys and
 * of memories (uint16 each) ‖ data key ids ‖ memories: id, offset (float64), which data key (uint16), item or exposure or
 * both (uint8), for an item importance, rehearsals (uint16 each) and known time (float64). Big endian; 8 kB when full. The
 * priority is no part of it: it follows from the rest.
 */
export function encodeState({ incarnation, move, state }: StoredState): Buffer {
  const held = [...heldOf(state).values()]
  const keys = new Map<string, number>()
  for (const { memory } of held) if (!keys.has(memory.keyId)) keys.set(memory.keyId, keys.size)
  const items = state.memory.items.length
  const bytes = Buffer.allocUnsafe(
    HEAD_BYTES + keys.size * KEY_ID_BYTES + held.length * MEMORY_BYTES + items * ITEM_BYTES,
  )
  let at = bytes.writeUInt8(FORMAT, 0)
  for (const id of [incarnation, move, state.generation]) at = writeId(bytes, id, ID_BYTES, at)
  at = bytes.writeUInt32BE(state.longTermVersion, at)
  at = bytes.writeDoubleBE(state.memory.position, at)
  at = bytes.writeUInt16BE(keys.size, at)
  at = bytes.writeUInt16BE(held.length, at)
  for (const keyId of keys.keys()) at = writeId(bytes, keyId, KEY_ID_BYTES, at)
  for (const one of held) at = writeHeld(bytes, one, keys.get(one.memory.keyId)!, at)
  return bytes
}

function heldOf({ memory: { items, factors } }: NamespaceState): ReadonlyMap<number, Held> {
  const held = new Map<number, Held>()
  for (const memory of factors) held.set(memory.offset, { memory, item: null, isFactor: true })
  for (const item of items) {
    const known = held.get(item.offset)
    if (known === undefined) held.set(item.offset, { memory: item, item, isFactor: false })
    else known.item = item
  }
  return held
}

function writeId(bytes: Buffer, id: string, length: number, at: number): number {
  const written = hexBytes(id)
  if (written.length !== length) throw new RangeError(`"${id}" is no id of ${length} bytes`)
  return at + written.copy(bytes, at)
}

/** What is held stays for hundreds of moves: taking its id apart for each would cost more than all the rest of it. */
const idBytes = new WeakMap<FactorHead, Uint8Array>()

function idBytesOf(memory: FactorHead): Uint8Array {
  const known = idBytes.get(memory)
  if (known !== undefined) return known
  const made = uuidBytes(memory.memoryId)
  idBytes.set(memory, made)
  return made
}

function writeHeld(bytes: Buffer, { memory, item, isFactor }: Held, key: number, from: number): number {
  bytes.set(idBytesOf(memory), from)
  let at = from + UUID_BYTES
  at = bytes.writeDoubleBE(memory.offset, at)
  at = bytes.writeUInt16BE(key, at)
  at = bytes.writeUInt8((item === null ? 0 : IS_ITEM) | (isFactor ? IS_FACTOR : 0), at)
  if (item === null) return at
  at = bytes.writeUInt16BE(item.importance, at)
  at = bytes.writeUInt16BE(item.rehearsals, at)
  return bytes.writeDoubleBE(item.knownAt, at)
}

/** Throws for another format, and for bytes that {@link encodeState} did not make. */
export function decodeState(bytes: Buffer): StoredState {
  if (bytes[0] !== FORMAT) throw new Error(`A namespace of format ${bytes[0]}; this build writes ${FORMAT}`)
  const longTermVersion = bytes.readUInt32BE(25)
  const position = bytes.readDoubleBE(29)
  const keys = Array.from({ length: bytes.readUInt16BE(37) }, (_, i) =>
    hexText(bytes.subarray(HEAD_BYTES + i * KEY_ID_BYTES, HEAD_BYTES + (i + 1) * KEY_ID_BYTES)),
  )
  const items: WorkingMemoryItem[] = []
  const factors: FactorHead[] = []
  let at = HEAD_BYTES + keys.length * KEY_ID_BYTES
  for (let n = bytes.readUInt16BE(39); n > 0; n--) {
    const offset = bytes.readDoubleBE(at + 16)
    const memory = {
      memoryId: uuidText(bytes.subarray(at, at + 16)),
      offset,
      keyId: keys[bytes.readUInt16BE(at + 24)]!,
    }
    const flags = bytes.readUInt8(at + 26)
    at += MEMORY_BYTES
    if ((flags & IS_FACTOR) !== 0) factors.push(memory)
    if ((flags & IS_ITEM) === 0) continue
    items.push(itemOf({ ...memory, ...readItem(bytes, at) }))
    at += ITEM_BYTES
  }
  if (at !== bytes.length) throw new Error(`A namespace of ${bytes.length} bytes ends at ${at}`)
  items.sort((a, b) => (outranks(a, b) ? -1 : 1))
  factors.sort((a, b) => a.offset - b.offset)
  const generation = hexText(bytes.subarray(17, 25))
  return { ...namesOf(bytes), state: { generation, longTermVersion, memory: { position, items, factors } } }
}

/** Which write it is, without reading the rest: `bytes` may be only the first 17. */
export const namesOf = (bytes: Buffer): Pick<StoredState, 'incarnation' | 'move'> => ({
  incarnation: hexText(bytes.subarray(1, 9)),
  move: hexText(bytes.subarray(9, NAMES_BYTES)),
})

export const NAMES_BYTES = 1 + 2 * ID_BYTES

const readItem = (bytes: Buffer, at: number) => ({
  importance: bytes.readUInt16BE(at),
  rehearsals: bytes.readUInt16BE(at + 2),
  knownAt: bytes.readDoubleBE(at + 4),
})
