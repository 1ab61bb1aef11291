import { uuidBytes } from '../long-term/id-bytes.ts'

/**
 * One-dimensional arrays as `array_recv` reads them (src/backend/utils/adt/arrayfuncs.c): number of dimensions, whether
 * there are nulls, type of the elements, length, lower bound; then each element with its length. `pg` sends a Buffer in
 * binary form, and this form costs neither side any quoting, escaping or hex: bytes go out once, as they are.
 */
const HEADER_BYTES = 20
const NULL_LENGTH = -1
const OID = { bool: 16, bytea: 17, int8: 20, int4: 23, text: 25, uuid: 2950 } as const
const UUID_BYTES = 16
const TWO_32 = 2 ** 32

function start(elementType: number, length: number, elementBytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + length * 4 + elementBytes)
  buffer.writeInt32BE(1, 0)
  buffer.writeInt32BE(1, 4)
  buffer.writeInt32BE(elementType, 8)
  buffer.writeInt32BE(length, 12)
  buffer.writeInt32BE(1, 16)
  return buffer
}

/** Whole numbers that JavaScript holds exactly. */
export function int8Array(values: readonly number[]): Buffer {
  const buffer = start(OID.int8, values.length, values.length * 8)
  let at = HEADER_BYTES
  for (const value of values) {
    const high = Math.floor(value / TWO_32)
    at = buffer.writeInt32BE(8, at)
    at = buffer.writeInt32BE(high, at)
    at = buffer.writeUInt32BE(value - high * TWO_32, at)
  }
  return buffer
}

export function int4Array(values: readonly number[]): Buffer {
  const buffer = start(OID.int4, values.length, values.length * 4)
  let at = HEADER_BYTES
  for (const value of values) {
    at = buffer.writeInt32BE(4, at)
    at = buffer.writeInt32BE(value, at)
  }
  return buffer
}

export function boolArray(values: readonly boolean[]): Buffer {
  const buffer = start(OID.bool, values.length, values.length)
  let at = HEADER_BYTES
  for (const value of values) {
    at = buffer.writeInt32BE(1, at)
    at = buffer.writeUInt8(Number(value), at)
  }
  return buffer
}

/** Throws a RangeError for what is no lower-case UUID. */
export const uuidArray = (values: ReadonlyArray<string | null>): Buffer =>
  packed(
    OID.uuid,
    values,
    () => UUID_BYTES,
    (value, buffer, at) => buffer.set(uuidBytes(value), at),
  )

export const byteaArray = (values: ReadonlyArray<Uint8Array | null>): Buffer =>
  packed(
    OID.bytea,
    values,
    (value) => value.length,
    (value, buffer, at) => buffer.set(value, at),
  )

export const textArray = (values: ReadonlyArray<string | null>): Buffer =>
  packed(
    OID.text,
    values,
    (value) => Buffer.byteLength(value),
    (value, buffer, at) => buffer.write(value, at),
  )

function packed<Value extends string | Uint8Array>(
  elementType: number,
  values: ReadonlyArray<Value | null>,
  sizeOf: (value: Value) => number,
  write: (value: Value, buffer: Buffer, at: number) => void,
): Buffer {
  const sizes = values.map((value) => (value === null ? NULL_LENGTH : sizeOf(value)))
  const bytes = sizes.reduce((sum, size) => sum + Math.max(0, size), 0)
  const buffer = start(elementType, values.length, bytes)
  let at = HEADER_BYTES
  for (const [i, value] of values.entries()) {
    const size = sizes[i]!
    at = buffer.writeInt32BE(size, at)
    if (value === null) continue
    write(value, buffer, at)
    at += size
  }
  return buffer
}
