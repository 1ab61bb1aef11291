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
 * Values in the binary form in which Postgres receives them, each behind its length, −1 for null: the elements of an array
 * (src/backend/utils/adt/arrayfuncs.c) and the fields of a row of `copy … (format binary)` are written alike.
 *
 * All values share one buffer and are written straight into it: with a Buffer for each id, a batch of a thousand memories
 * took three times as long to write.
 */
export class BinaryFields {
  #buffer: Buffer
  #view: DataView
  #at = 0

  constructor(bytes: number) {
    this.#buffer = Buffer.allocUnsafe(bytes)
    this.#view = viewOf(this.#buffer)
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#at
  }

  /** What was written from `start` to `end`. It shares the buffer, to which nothing is added from then on. */
  slice(start: number, end: number): Buffer {
    return this.#buffer.subarray(start, end)
  }

  /** A word of the format itself, without a length. */
  word16(value: number): void {
    this.#room(2)
    this.#view.setInt16(this.#at, value)
    this.#at += 2
  }

  /** A word of the format itself, without a length. */
  word32(value: number): void {
    this.#room(4)
    this.#int32(value)
  }

  /** Bytes of the format itself, without a length. */
  bytes(value: Uint8Array): void {
    this.#room(value.length)
    this.#buffer.set(value, this.#at)
    this.#at += value.length
  }

  /** A whole number that JavaScript holds exactly. */
  int8(value: number): void {
    this.#room(12)
    const high = Math.floor(value / TWO_32)
    this.#int32(8)
    this.#int32(high)
    this.#int32(value - high * TWO_32)
  }

  int4(value: number): void {
    this.#room(8)
    this.#int32(4)
    this.#int32(value)
  }

  bool(value: boolean): void {
    this.#room(5)
    this.#int32(1)
    this.#buffer[this.#at++] = Number(value)
  }

  /** Throws a RangeError for what is no lower-case UUID: it could not be read back as it was. */
  uuid(value: string | null): void {
    this.#room(4 + UUID_BYTES)
    this.#int32(value === null ? NULL_LENGTH : UUID_BYTES)
    if (value !== null) this.#uuid(value)
  }

  /** Bytes that JavaScript holds as lower-case hex. Throws a RangeError for any other text. */
  hex(value: string | null): void {
    this.#room(4 + (value?.length ?? 0) / 2)
    this.#int32(value === null ? NULL_LENGTH : value.length / 2)
    if (value === null) return
    if (!this.#digits(value, 0, value.length)) throw new RangeError(`"${value}" is not lower-case hex`)
  }

  bytea(value: Uint8Array | null): void {
    this.#room(4 + (value?.length ?? 0))
    this.#int32(value === null ? NULL_LENGTH : value.length)
    if (value === null) return
    if (value.length > SHORT_BYTES) this.#buffer.set(value, this.#at)
    else for (let i = 0; i < value.length; i += 1) this.#buffer[this.#at + i] = value[i]!
    this.#at += value.length
  }

  text(value: string | null): void {
    // A code unit of UTF-16 becomes three bytes of UTF-8 at most.
    this.#room(4 + (value?.length ?? 0) * 3)
    const lengthAt = this.#at
    this.#int32(NULL_LENGTH)
    if (value === null) return
    if (!this.#ascii(value)) this.#at = lengthAt + 4 + this.#buffer.write(value, lengthAt + 4)
    this.#view.setInt32(lengthAt, this.#at - lengthAt - 4)
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
