import { crc32c } from './crc32c.ts'

export interface ProduceMessage {
  readonly key: Buffer
  readonly value: Buffer
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly timestamp: number
}

/** Bytes of a batch before its records, and where some of them lie. */
const HEAD_BYTES = 61
const LENGTH_ENDS_AT = 12
const CHECKSUM_AT = 17
const CHECKED_FROM = 21
const MAGIC = 2
const UNKNOWN_EPOCH = 0
const NO_ATTRIBUTES = 0
const NO_PRODUCER = -1n

interface SizedMessage extends Omit<ProduceMessage, 'headers'> {
  /** Names and values in turns. */
  readonly headers: readonly Buffer[]
  /** Behind its length. */
  readonly bytes: number
}

/**
 * A record batch of Kafka's log (KIP-98, magic 2), not compressed and of no idempotent producer. Its size is known before it
 * is written, so that a request is one piece of memory and no byte is copied twice.
 */
export class RecordBatch {
  readonly bytes: number
  readonly #messages: readonly SizedMessage[]
  readonly #first: number
  readonly #last: number

  constructor(messages: readonly ProduceMessage[]) {
    const times = messages.map(({ timestamp }) => timestamp)
    this.#first = times.reduce((a, b) => Math.min(a, b))
    this.#last = times.reduce((a, b) => Math.max(a, b))
    this.#messages = messages.map((message, i) => sized(message, message.timestamp - this.#first, i))
    this.bytes = this.#messages.reduce((sum, { bytes }) => sum + varintBytes(bytes) + bytes, HEAD_BYTES)
  }

  /** Returns where it ends. */
  write(out: Buffer, start: number): number {
    let at = out.writeBigInt64BE(0n, start)
    at = out.writeInt32BE(this.bytes - LENGTH_ENDS_AT, at)
    at = out.writeInt32BE(UNKNOWN_EPOCH, at)
    out.writeInt8(MAGIC, at)
    at = out.writeInt16BE(NO_ATTRIBUTES, start + CHECKED_FROM)
    at = out.writeInt32BE(this.#messages.length - 1, at)
    at = out.writeBigInt64BE(BigInt(this.#first), at)
    at = out.writeBigInt64BE(BigInt(this.#last), at)
    at = out.writeBigInt64BE(NO_PRODUCER, at)
    at = out.writeInt16BE(0, at)
    at = out.writeInt32BE(0, at)
    at = out.writeInt32BE(this.#messages.length, at)
    for (const [i, message] of this.#messages.entries()) at = this.#writeMessage(message, i, out, at)
    out.writeUInt32BE(crc32c(out, start + CHECKED_FROM, at), start + CHECKSUM_AT)
    return at
  }

  #writeMessage(
    { bytes, timestamp, key, value, headers }: SizedMessage,
    i: number,
    out: Buffer,
    start: number,
  ): number {
    let at = writeVarint(bytes, out, start)
    out[at++] = NO_ATTRIBUTES
    at = writeVarint(timestamp - this.#first, out, at)
    at = writeVarint(i, out, at)
    at = writeBytes(key, out, at)
    at = writeBytes(value, out, at)
    at = writeVarint(headers.length / 2, out, at)
    for (const part of headers) at = writeBytes(part, out, at)
    return at
  }
}

function sized(message: ProduceMessage, delta: number, i: number): SizedMessage {
  const { key, value, timestamp } = message
  const headers = Object.entries(message.headers).flatMap(([name, text]) => [nameBytes(name), Buffer.from(text)])
  const own = 1 + varintBytes(delta) + varintBytes(i) + varintBytes(headers.length / 2)
  return {
    key,
    value,
    timestamp,
    headers,
    bytes: [key, value, ...headers].reduce((sum, part) => sum + sizeOf(part), own),
  }
}

const names = new Map<string, Buffer>()
/** Every record has the same few; more than these are somebody else's. */
const KEPT_NAMES = 100

function nameBytes(name: string): Buffer {
  const known = names.get(name)
  if (known !== undefined) return known
  const bytes = Buffer.from(name)
  if (names.size < KEPT_NAMES) names.set(name, bytes)
  return bytes
}

const sizeOf = ({ length }: Buffer): number => varintBytes(length) + length

/** Zigzag: small numbers of either sign are small. Not by bits, of which a difference of times has more than 32. */
const zigzag = (value: number): number => (value >= 0 ? value * 2 : value * -2 - 1)

function varintBytes(value: number): number {
  let bytes = 1
  for (let left = zigzag(value); left >= 0x80; left = Math.floor(left / 0x80)) bytes++
  return bytes
}

function writeVarint(value: number, out: Buffer, start: number): number {
  let at = start
  let left = zigzag(value)
  for (; left >= 0x80; left = Math.floor(left / 0x80)) out[at++] = (left % 0x80) | 0x80
  out[at++] = left
  return at
}

function writeBytes(bytes: Buffer, out: Buffer, start: number): number {
  const at = writeVarint(bytes.length, out, start)
  return at + bytes.copy(out, at)
}
