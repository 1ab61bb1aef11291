import { BinaryFields } from './binary-fields.ts'

/** OIDs of the element types (src/include/catalog/pg_type.dat). */
const OID = { bool: 16, bytea: 17, int8: 20, int4: 23, text: 25, uuid: 2950 } as const

/**
 * Writes one-dimensional arrays as `array_recv` reads them (src/backend/utils/adt/arrayfuncs.c): number of dimensions,
 * whether there are nulls, type of the elements, length, lower bound; then each element behind its length. `pg` sends a
 * Buffer in binary form: neither side quotes, escapes or makes hex, and bytes go out once, as they are.
 */
export class BinaryArrayWriter {
  readonly #fields: BinaryFields
  readonly #starts: number[] = []

  constructor(bytes: number) {
    this.#fields = new BinaryFields(bytes)
  }

  /** The arrays, in the order that they were written. They share the writer's buffer, which is not used again. */
  finish(): Buffer[] {
    return this.#starts.map((start, i) => this.#fields.slice(start, this.#starts[i + 1] ?? this.#fields.length))
  }

  /** Whole numbers that JavaScript holds exactly. */
  int8<Row>(rows: readonly Row[], of: (row: Row) => number): void {
    const fields = this.#begin(OID.int8, rows.length)
    for (const row of rows) fields.int8(of(row))
  }

  int4<Row>(rows: readonly Row[], of: (row: Row) => number): void {
    const fields = this.#begin(OID.int4, rows.length)
    for (const row of rows) fields.int4(of(row))
  }

  bool<Row>(rows: readonly Row[], of: (row: Row) => boolean): void {
    const fields = this.#begin(OID.bool, rows.length)
    for (const row of rows) fields.bool(of(row))
  }

  /** Throws a RangeError for what is no lower-case UUID: it could not be read back as it was. */
  uuid<Row>(rows: readonly Row[], of: (row: Row) => string | null): void {
    const fields = this.#begin(OID.uuid, rows.length)
    for (const row of rows) fields.uuid(of(row))
  }

  /** Bytes that JavaScript holds as lower-case hex. Throws a RangeError for any other text. */
  hex<Row>(rows: readonly Row[], of: (row: Row) => string | null): void {
    const fields = this.#begin(OID.bytea, rows.length)
    for (const row of rows) fields.hex(of(row))
  }

  bytea<Row>(rows: readonly Row[], of: (row: Row) => Uint8Array | null): void {
    const fields = this.#begin(OID.bytea, rows.length)
    for (const row of rows) fields.bytea(of(row))
  }

  text<Row>(rows: readonly Row[], of: (row: Row) => string | null): void {
    const fields = this.#begin(OID.text, rows.length)
    for (const row of rows) fields.text(of(row))
  }

  #begin(elementType: number, length: number): BinaryFields {
    this.#starts.push(this.#fields.length)
    for (const word of [1, 1, elementType, length, 1]) this.#fields.word32(word)
    return this.#fields
  }
}
