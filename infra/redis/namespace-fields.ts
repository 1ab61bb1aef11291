import { itemOf } from '../../domain/working-memory/held-items.ts'
import type { FactorHead, WorkingMemoryItem } from '../../domain/working-memory/working-memory.ts'
import { hexBytes, hexText, uuidBytes, uuidText } from '../long-term/id-bytes.ts'

/** Version of what stands in the fields of a namespace's hash. */
const FORMAT = 1
const HEAD_BYTES = 41
const UUID_BYTES = 16
const KEY_ID_BYTES = 16
const IDS_BYTES = UUID_BYTES + KEY_ID_BYTES
const ITEM_BYTES = IDS_BYTES + 12

export const HEAD_FIELD = 'head'
export const itemField = (offset: number): string => `i${offset}`
export const factorField = (offset: number): string => `f${offset}`

/** What a namespace's state is besides its items and exposures. */
export interface NamespaceHead {
  /** Of the partition, when this was written. 16 hex digits. */
  readonly incarnation: string
  /** The move that wrote it: another one wrote another state. 16 hex digits. */
  readonly move: string
  /** 16 hex digits. */
  readonly generation: string
  readonly longTermVersion: number
  readonly position: number
  readonly items: number
  readonly factors: number
}

export function encodeHead(head: NamespaceHead): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES)
  bytes.writeUInt8(FORMAT, 0)
  bytes.write(head.incarnation, 1, 8, 'hex')
  bytes.write(head.move, 9, 8, 'hex')
  hexBytes(head.generation).copy(bytes, 17)
  bytes.writeUInt32BE(head.longTermVersion, 25)
  bytes.writeDoubleBE(head.position, 29)
  bytes.writeUInt16BE(head.items, 37)
  bytes.writeUInt16BE(head.factors, 39)
  return bytes
}

export function decodeHead(bytes: Buffer): NamespaceHead {
  if (bytes.length !== HEAD_BYTES || bytes[0] !== FORMAT) {
    throw new Error(`A namespace of ${bytes.length} bytes and format ${bytes[0]}; this build writes ${FORMAT}`)
  }
  return {
    incarnation: hexText(bytes.subarray(1, 9)),
    move: hexText(bytes.subarray(9, 17)),
    generation: hexText(bytes.subarray(17, 25)),
    longTermVersion: bytes.readUInt32BE(25),
    position: bytes.readDoubleBE(29),
    items: bytes.readUInt16BE(37),
    factors: bytes.readUInt16BE(39),
  }
}

/** The priority is no part of it: it follows from the rest. */
export function encodeItem({ memoryId, keyId, importance, rehearsals, knownAt }: WorkingMemoryItem): Buffer {
  const bytes = Buffer.allocUnsafe(ITEM_BYTES)
  writeIds(bytes, memoryId, keyId)
  bytes.writeUInt16BE(importance, IDS_BYTES)
  bytes.writeUInt16BE(rehearsals, IDS_BYTES + 2)
  bytes.writeDoubleBE(knownAt, IDS_BYTES + 4)
  return bytes
}

export const decodeItem = (offset: number, bytes: Buffer): WorkingMemoryItem =>
  itemOf({
    ...readIds(bytes),
    offset,
    importance: bytes.readUInt16BE(IDS_BYTES),
    rehearsals: bytes.readUInt16BE(IDS_BYTES + 2),
    knownAt: bytes.readDoubleBE(IDS_BYTES + 4),
  })

export function encodeFactor({ memoryId, keyId }: FactorHead): Buffer {
  const bytes = Buffer.allocUnsafe(IDS_BYTES)
  writeIds(bytes, memoryId, keyId)
  return bytes
}

export const decodeFactor = (offset: number, bytes: Buffer): FactorHead => ({ ...readIds(bytes), offset })

function writeIds(bytes: Buffer, memoryId: string, keyId: string): void {
  const key = hexBytes(keyId)
  if (key.length !== KEY_ID_BYTES) throw new RangeError(`"${keyId}" is not the id of a data key`)
  uuidBytes(memoryId).copy(bytes, 0)
  key.copy(bytes, UUID_BYTES)
}

const readIds = (bytes: Buffer): Pick<FactorHead, 'memoryId' | 'keyId'> => ({
  memoryId: uuidText(bytes.subarray(0, UUID_BYTES)),
  keyId: hexText(bytes.subarray(UUID_BYTES, IDS_BYTES)),
})
