import { BinaryArrayWriter } from './binary-array-writer.ts'

const one = (write: (writer: BinaryArrayWriter) => void): Buffer => {
  const writer = new BinaryArrayWriter(256)
  write(writer)
  return writer.finish()[0]!
}

/** Whole numbers that JavaScript holds exactly. */
export const int8Array = (values: readonly number[]): Buffer => one((writer) => writer.int8(values, (value) => value))

export const int4Array = (values: readonly number[]): Buffer => one((writer) => writer.int4(values, (value) => value))

export const boolArray = (values: readonly boolean[]): Buffer => one((writer) => writer.bool(values, (value) => value))

/** Throws a RangeError for what is no lower-case UUID. */
export const uuidArray = (values: ReadonlyArray<string | null>): Buffer =>
  one((writer) => writer.uuid(values, (value) => value))

export const textArray = (values: ReadonlyArray<string | null>): Buffer =>
  one((writer) => writer.text(values, (value) => value))

export const byteaArray = (values: ReadonlyArray<Uint8Array | null>): Buffer =>
  one((writer) => writer.bytea(values, (value) => value))

/** A bytea array of what JavaScript holds as lower-case hex. Throws a RangeError for any other text. */
export const hexArray = (values: ReadonlyArray<string | null>): Buffer =>
  one((writer) => writer.hex(values, (value) => value))
