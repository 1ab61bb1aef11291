import { createHash, type Hash } from 'node:crypto'

const FLUSH_BYTES = 1 << 16

/**
 * SHA-256 over values, each with its type and length, so that no two different lists give the same bytes: `n`; `i`,
 * eight bytes; `s` or `b`, four bytes of length, UTF-8 or bytes.
 */
export class CanonicalHash {
  readonly #hash: Hash = createHash('sha256')
  #buffer = Buffer.allocUnsafe(FLUSH_BYTES)
  #length = 0

  add(value: unknown): void {
    if (value === null) this.#tag('n')
    else if (typeof value === 'number') this.#integer(value)
    else if (typeof value === 'string') this.#bytes('s', Buffer.from(value, 'utf8'))
    else if (value instanceof Uint8Array) this.#bytes('b', value)
    else throw new TypeError(`cannot hash a ${typeof value}`)
  }

  digest(): string {
    this.#flush()
    return this.#hash.digest('hex')
  }

  #tag(letter: string): void {
    this.#room(1)
    this.#length = this.#buffer.writeUInt8(letter.charCodeAt(0), this.#length)
  }

  #integer(value: number): void {
    this.#tag('i')
    this.#room(8)
    this.#length = this.#buffer.writeDoubleBE(value, this.#length)
  }

  #bytes(letter: string, bytes: Uint8Array): void {
    this.#tag(letter)
    this.#room(4 + bytes.length)
    this.#length = this.#buffer.writeUInt32BE(bytes.length, this.#length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return
    this.#flush()
    if (bytes > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(bytes)
  }

  #flush(): void {
    this.#hash.update(this.#buffer.subarray(0, this.#length))
    this.#length = 0
  }
}
