import { chainNextPacked } from '../../../domain/audit/chain.ts'
import type { FoundRecord } from '../../../projections/audit/ports/audit-evidence.ts'
import { type BodyLayout, layoutOf, recordCrc } from '../log/record-body.ts'

const NO_LAYOUT: BodyLayout = { timestamp: 0, keyLength: 0, headersLength: 0, partsFrom: 0 }

/**
 * A row of the log as it was found. It is chained as it lies; its parts are looked at where a finding or the table asks for
 * them. What can no longer be taken apart is a record too: one that nobody chained.
 */
export class FoundBody implements FoundRecord {
  readonly partition: number
  readonly offset: number
  readonly #crc: number
  readonly #body: Buffer
  readonly #layout: BodyLayout

  constructor(partition: number, offset: number, crc: number, body: Uint8Array) {
    this.partition = partition
    this.offset = offset
    this.#crc = crc
    this.#body = Buffer.from(body.buffer, body.byteOffset, body.length)
    this.#layout = layoutOf(this.#body) ?? NO_LAYOUT
  }

  get timestamp(): number {
    return this.#layout.timestamp
  }

  get key(): Uint8Array {
    const { keyLength, partsFrom } = this.#layout
    return this.#body.subarray(partsFrom, partsFrom + keyLength)
  }

  get value(): Uint8Array {
    const { keyLength, headersLength, partsFrom } = this.#layout
    return this.#body.subarray(partsFrom + keyLength + headersLength)
  }

  get headers(): Readonly<Record<string, string>> {
    const { keyLength, headersLength, partsFrom } = this.#layout
    const from = partsFrom + keyLength
    const text = this.#body.toString('utf8', from, from + headersLength)
    try {
      return JSON.parse(text) as Readonly<Record<string, string>>
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      // No headers that were ever written: so it leads to no chain that was ever made.
      return { undecodable: text }
    }
  }

  get damage(): string | null {
    return recordCrc(this.partition, this.offset, this.#body) === this.#crc ? null : 'does not match its checksum'
  }

  chainAfter(previous: Uint8Array): Buffer {
    const { timestamp, keyLength, headersLength, partsFrom } = this.#layout
    const { offset } = this
    return chainNextPacked(previous, {
      offset,
      timestamp,
      keyLength,
      headersLength,
      bytes: this.#body,
      from: partsFrom,
    })
  }
}
