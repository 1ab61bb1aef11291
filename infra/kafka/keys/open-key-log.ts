import { setTimeout as pause } from 'node:timers/promises'
import type { LogRecord } from '../../../projections/ports/log-reader.ts'
import { OffsetOutOfRangeError } from '../../../projections/ports/offset-out-of-range-error.ts'
import { committedNumbers, type SchemaIds } from '../../../schemas/command-codec.ts'
import { createKeyCodec, type KeyCodec, type KeyRecord } from '../../../schemas/key-codec.ts'
import { createKafkaLogReader } from '../kafka-log-reader.ts'
import type { KafkaSettings } from '../kafka-settings.ts'
import { KEYS_TOPIC } from '../topic-catalogue.ts'
import { gathered } from './gathered.ts'
import { KeyLogError } from './key-log-error.ts'
import { createKeyLogWriter } from './key-log-writer.ts'
import { createKeyTable, type KeyTable, type KeyTableListener } from './key-table.ts'

const DEFAULT_TIMEOUT_MS = 4_000
const DEFAULT_FOLLOW_EVERY_MS = 500
const CLOSE_TIMEOUT_MS = 2_000
const PAGE = { records: 10_000, bytes: 8 << 20 } as const
/** One partition, so that all rivals have one order. */
const PARTITION = 0

export interface KeyLogOptions extends KeyTableListener {
  readonly settings: KafkaSettings
  /** Default `memory.keys`: one partition, compacted. */
  readonly topic?: string
  /** Default: the committed numbers, as embedded. */
  readonly schemaIds?: SchemaIds
  /** Of one request with all its tries. A call waits at most for one that is under way and for its own. Default 4 s. */
  readonly timeoutMs?: number
  /** How often marks of other processes are looked for. Default 500 ms. */
  readonly followEveryMs?: number
}

/** `memory.keys` with its fold, which this process holds in memory and keeps up to date. */
export interface KeyLog {
  readonly table: KeyTable
  /** Resolves when everything that was in the topic when it was called is in the table. */
  fresh(): Promise<void>
  /** Appends records, each with its record key, durably, and resolves when the table has them. */
  write(records: ReadonlyArray<readonly [key: string, record: KeyRecord]>): Promise<void>
  /** The offset that is read next. */
  next(): number
  /** Why the topic could not be read when it was last tried; `null` when it could. */
  trouble(): Error | null
  /** Resolves within about four seconds, whatever the brokers do. */
  close(): Promise<void>
}

/**
 * Answers when the whole topic has been read. Throws a `LogUnavailableError` when it did not answer in time and a
 * {@link KeyLogError} when it cannot be read; nothing is left open then.
 */
export async function openKeyLog(options: KeyLogOptions): Promise<KeyLog> {
  const { settings, topic = KEYS_TOPIC, timeoutMs = DEFAULT_TIMEOUT_MS } = options
  const codec = createKeyCodec(options.schemaIds ?? committedNumbers)
  const table = createKeyTable(options)
  const reader = createKafkaLogReader(settings, { topic, readTimeoutMs: timeoutMs })
  const writer = createKeyLogWriter(settings, topic, timeoutMs)
  const closing = new AbortController()
  let following: Promise<void> = Promise.resolve()
  let next = 0
  let trouble: Error | null = null

  const readOn = async (): Promise<void> => {
    for (;;) {
      const records = await reader.read(PARTITION, next, PAGE).catch((error) => rejectOtherLog(topic, error))
      if (records.length === 0) return
      for (const record of records) {
        applyRecord(codec, table, topic, record)
        next = record.offset + 1
      }
    }
  }
  const fresh = gathered<void, void>(async (askers) => {
    try {
      await readOn()
      trouble = null
    } catch (error) {
      trouble = error as Error
      throw error
    }
    return askers
  })
  const close = async (): Promise<void> => {
    closing.abort()
    // kafkajs may leave a connection open that is closed while it is being made.
    await Promise.race([following, pause(CLOSE_TIMEOUT_MS, undefined, { ref: false })])
    await Promise.all([reader.close(), writer.close()])
  }
  try {
    await fresh()
  } catch (error) {
    await close()
    throw error
  }
  following = follow(fresh, options.followEveryMs ?? DEFAULT_FOLLOW_EVERY_MS, closing.signal)
  return {
    table,
    fresh: () => fresh(),
    async write(records) {
      await writer.append(records.map(([key, record]) => ({ key, value: codec.encode(record) })))
      await fresh()
    },
    next: () => next,
    trouble: () => trouble,
    close,
  }
}

/** Reads on now and then until `signal` is aborted, whether it succeeds or not: who asks in between hears of a failure. */
async function follow(fresh: () => Promise<void>, everyMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await Promise.allSettled([pause(everyMs, undefined, { ref: false, signal })])
    if (!signal.aborted) await Promise.allSettled([fresh()])
  }
}

function applyRecord(codec: KeyCodec, table: KeyTable, topic: string, { offset, key, value }: LogRecord): void {
  // Nothing here writes a null value, which would let compaction forget the key: destroyed is a mark, never an absence.
  if (value.length === 0) return
  const decoded = codec.decode(value)
  if (decoded.ok) {
    table.apply(offset, Buffer.from(key).toString(), decoded.value)
    return
  }
  const reason =
    decoded.reason === 'undecodable'
      ? decoded.detail
      : `its schema, id ${decoded.number}, is not one that this build knows; a newer version wrote it`
  throw new KeyLogError(`${topic} cannot be read at offset ${offset}: ${reason}`)
}

function rejectOtherLog(topic: string, error: unknown): never {
  if (!(error instanceof OffsetOutOfRangeError)) throw error
  const remedy = 'Restore it, or start this process again if it is meant to be so'
  throw new KeyLogError(`${topic} is another log or an older copy than the one that was read before. ${remedy}`, {
    cause: error,
  })
}
