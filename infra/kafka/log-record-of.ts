import type { IHeaders } from 'kafkajs'
import type { LogRecord } from '../../projections/ports/log-reader.ts'

interface ReceivedMessage {
  readonly offset: string
  readonly timestamp: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers?: IHeaders | Readonly<Record<string, Buffer | readonly Buffer[] | null>>
}

const NOTHING = new Uint8Array()

/** A record as kafkajs received it, in the port's terms: numbers for its texts, texts for its header bytes. */
export const logRecordOf = (partition: number, message: ReceivedMessage): LogRecord => ({
  partition,
  offset: Number(message.offset),
  key: message.key ?? NOTHING,
  value: message.value ?? NOTHING,
  headers: Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, textOf(value)])),
  timestamp: Number(message.timestamp),
})

type HeaderValue = Buffer | string | ReadonlyArray<Buffer | string> | null | undefined

/** The last one counts where a header came more than once. */
const textOf = (value: HeaderValue): string => {
  const last = Array.isArray(value) ? value.at(-1) : value
  return last === null || last === undefined ? '' : String(last)
}
