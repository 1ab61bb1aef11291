/** OIDs of the element types (src/include/catalog/pg_type.dat). */
const OID = { bool: 16, bytea: 17, int8: 20, int4: 23, text: 25, uuid: 2950 } as const
const HEADER_BYTES = 20
const NULL_LENGTH = -1
const UUID_BYTES = 16
const TWO_32 = 2 ** 32
/** Up to here a loop over the characters is faster than a call into the runtime. */
const SHORT_TEXT = 64
const SHORT_BYTES = 64
const LAST_ASCII = 0x7f

const HYPHEN = '-'.charCodeAt(0)

/** Value of a lower-case hex digit by its character code, −1 for any other character. */
const DIGITS = Int8Array.from({ length: 128 }, (_, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code)))

/**
 * Writes one-dimensional arrays as `array_recv` reads them (src/backend/utils/adt/arrayfuncs.c): number of dimensions,
 * whether there are nulls, type of the elements, length, lower bound; then each element behind its length. `pg` sends a
 * Buffer in binary form: neither side quotes, escapes or makes hex, and bytes go out once, as they are.
 *
 * All arrays of a statement share one buffer, and values are written straight into it: with a Buffer for each id, a
 * batch of a thousand memories took three times as long to write.
 */
export class BinaryArrayWriter {
  #buffer: Buffer
  #view: DataView
  #at = 0
  readonly #starts: number[] = []

  constructor(bytes: number) {
    this.#buffer = Buffer.allocUnsafe(bytes)
    this.#view = viewOf(this.#buffer)
  }

  /** The arrays, in the order that they were written. They share the writer's buffer, which is not used again. */
  finish(): Buffer[] {
    return this.#starts.map((start, i) => this.#buffer.subarray(start, this.#starts[i + 1] ?? this.#at))
  }

  /** Whole numbers that JavaScript holds exactly. */
  int8<Row>(rows: readonly Row[], of: (row: Row) => number): void {
    this.#header(OID.int8, rows.length, 12)
    for (const row of rows) {
      const value = of(row)
      const high = Math.floor(value / TWO_32)
      this.#int32(8)
      this.#int32(high)
      this.#int32(value - high * TWO_32)
    }
  }

  int4<Row>(rows: readonly Row[], of: (row: Row) => number): void {
    this.#header(OID.int4, rows.length, 8)
    for (const row of rows) {
      this.#int32(4)
      this.#int32(of(row))
    }
  }

  bool<Row>(rows: readonly Row[], of: (row: Row) => boolean): void {
    this.#header(OID.bool, rows.length, 5)
    for (const row of rows) {
      this.#int32(1)
      this.#buffer[this.#at++] = Number(of(row))
    }
  }

  /** Throws a RangeError for what is no lower-case UUID: it could not be read back as it was. */
  uuid<Row>(rows: readonly Row[], of: (row: Row) => string | null): void {
    this.#header(OID.uuid, rows.length, 4 + UUID_BYTES)
    for (const row of rows) {
      const value = of(row)
      this.#int32(value === null ? NULL_LENGTH : UUID_BYTES)
      if (value !== null) this.#uuid(value)
    }
  }

  /** Bytes that JavaScript holds as lower-case hex. Throws a RangeError for any other text. */
  hex<Row>(rows: readonly Row[], of: (row: Row) => string | null): void {
    this.#header(OID.bytea, rows.length, 4)
    for (const row of rows) {
      const value = of(row)
      this.#int32(value === null ? NULL_LENGTH : value.length / 2)
      if (value === null) continue
      this.#room(value.length / 2 + 4 * rows.length)
      if (!this.#digits(value, 0, value.length)) throw new RangeError(`"${value}" is not lower-case hex`)
    }
  }

  bytea<Row>(rows: readonly Row[], of: (row: Row) => Uint8Array | null): void {
    this.#header(OID.bytea, rows.length, 4)
    for (const row of rows) {
      const value = of(row)
      this.#int32(value === null ? NULL_LENGTH : value.length)
      if (value === null) continue
      this.#room(value.length + 4 * rows.length)
      if (value.length > SHORT_BYTES) this.#buffer.set(value, this.#at)
      else for (let i = 0; i < value.length; i += 1) this.#buffer[this.#at + i] = value[i]!
      this.#at += value.length
    }
  }

  text<Row>(rows: readonly Row[], of: (row: Row) => string | null): void {
    this.#header(OID.text, rows.length, 4)
    for (const row of rows) {
      const value = of(row)
      const lengthAt = this.#at
      this.#int32(NULL_LENGTH)
      if (value === null) continue
      // A code unit of UTF-16 becomes three bytes of UTF-8 at most.
      this.#room(value.length * 3 + 4 * rows.length)
      if (!this.#ascii(value)) this.#at = lengthAt + 4 + this.#buffer.write(value, lengthAt + 4)
      this.#view.setInt32(lengthAt, this.#at - lengthAt - 4)
    }
  }

  #header(elementType: number, length: number, bytesEach: number): void {
    this.#room(HEADER_BYTES + length * bytesEach)
    this.#starts.push(this.#at)
    for (const word of [1, 1, elementType, length, 1]) this.#int32(word)
  }

  #int32(value: number): void {
    this.#view.setInt32(this.#at, value)
    this.#at += 4
  }

  #uuid(text: string): void {
    const sound =
      text.length === 36 &&
      text.charCodeAt(8) === HYPHEN &&
      text.charCodeAt(13) === HYPHEN &&
      text.charCodeAt(18) === HYPHEN &&
      text.charCodeAt(23) === HYPHEN &&
      this.#digits(text, 0, 8) &&
      this.#digits(text, 9, 13) &&
      this.#digits(text, 14, 18) &&
      this.#digits(text, 19, 23) &&
      this.#digits(text, 24, 36)
    if (!sound) throw new RangeError(`"${text}" is not a lower-case UUID`)
  }

  /** Writes the bytes of hex digits from `from` to `to`; false when there is anything else. */
  #digits(text: string, from: number, to: number): boolean {
    const buffer = this.#buffer
    let end = this.#at
    let bad = (to - from) & 1
    for (let at = from; at + 1 < to; at += 2) {
      const value = ((DIGITS[text.charCodeAt(at)] ?? -1) << 4) | (DIGITS[text.charCodeAt(at + 1)] ?? -1)
      bad |= value >> 31
      buffer[end++] = value
    }
    this.#at = end
    return bad === 0
  }

  /** Writes a short text of ASCII; false, and nothing of it counts, when it is another. */
  #ascii(text: string): boolean {
    if (text.length > SHORT_TEXT) return false
    const buffer = this.#buffer
    const start = this.#at
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i)
      if (code > LAST_ASCII) return false
      buffer[start + i] = code
    }
    this.#at = start + text.length
    return true
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes))
    this.#buffer.copy(grown, 0, 0, this.#at)
    this.#buffer = grown
    this.#view = viewOf(grown)
  }
}

const viewOf = (buffer: Buffer): DataView => new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
