import type { Kafka, KafkaMessage, Message } from 'kafkajs'
import { committedNumbers, type SchemaIds } from '../../../schemas/command-codec.ts'
import { createKeyCodec, type KeyCodec, type KeyRecord } from '../../../schemas/key-codec.ts'
import { followKeyLog } from './follow-key-log.ts'
import { gathered } from './gathered.ts'
import { openKeyLogEnd } from './key-log-end.ts'
import { KeyLogError } from './key-log-error.ts'
import { openKeyLogWriter } from './key-log-writer.ts'
import { createKeyTable, type KeyTable } from './key-table.ts'

const DEFAULT_TIMEOUT_MS = 5_000
const DEFAULT_OPEN_TIMEOUT_MS = 60_000

export interface KeyLogOptions {
  readonly kafka: Kafka
  /** Default `memory.keys`: one partition, compacted. */
  readonly topic?: string
  /** Default: the committed numbers, as embedded. */
  readonly schemaIds?: SchemaIds
  /** Every call answers or rejects within about twice this. Default 5 s. */
  readonly timeoutMs?: number
  /** For reading the whole topic at start. Default 60 s. */
  readonly openTimeoutMs?: number
  /** The topic is no longer followed and will not be again: this process cannot go on. */
  readonly onFailure: (error: Error) => void
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
  close(): Promise<void>
}

/** Answers when the whole topic has been read. Rejects with a {@link KeyLogError}, and leaves nothing open then. */
export async function openKeyLog(options: KeyLogOptions): Promise<KeyLog> {
  const { openTimeoutMs = DEFAULT_OPEN_TIMEOUT_MS } = options
  const opened: Closable[] = []
  const close = async (): Promise<void> => void (await Promise.all(opened.map((part) => part.close())))
  const keep: Keep = (part) => {
    opened.push(part)
    return part
  }
  try {
    const { log, catchUp } = await openParts(options, keep)
    await catchUp(openTimeoutMs)
    return { ...log, close }
  } catch (error) {
    await close()
    throw error
  }
}

interface Closable {
  close(): Promise<void>
}

type Keep = <Part extends Closable>(part: Part) => Part

async function openParts(options: KeyLogOptions, keep: Keep) {
  const { kafka, topic = 'memory.keys', timeoutMs = DEFAULT_TIMEOUT_MS, onFailure } = options
  const table = createKeyTable()
  const codec = createKeyCodec(options.schemaIds ?? committedNumbers)
  const end = keep(await openKeyLogEnd(kafka, topic, timeoutMs))
  const apply = (offset: number, message: KafkaMessage) => applyMessage(codec, table, offset, message)
  const follower = keep(await followKeyLog({ kafka, topic, apply, onFailure }))
  const writer = keep(await openKeyLogWriter(kafka, topic, timeoutMs))
  const catchUp = async (ms: number): Promise<void> => {
    const deadline = performance.now() + ms
    const target = await end.offset(ms)
    if (target < follower.next()) throw shorter(topic, target, follower.next())
    await follower.reach(target, Math.max(1, deadline - performance.now()))
  }
  const fresh = gathered<void, void>(async (askers) => {
    await catchUp(timeoutMs)
    return askers
  })
  const write = async (records: Parameters<KeyLog['write']>[0]): Promise<void> => {
    if (records.length === 0) return
    const messages: Message[] = records.map(([key, record]) => ({ key, value: codec.encode(record) }))
    await follower.reach(await writer.append(messages), timeoutMs)
  }
  return { log: { table, fresh: () => fresh(), write, next: follower.next }, catchUp }
}

/** Why the record cannot be read, or `null` when it was taken in. */
function applyMessage(codec: KeyCodec, table: KeyTable, offset: number, { key, value }: KafkaMessage): string | null {
  // Nothing here writes a null value, which would let compaction forget the key: destroyed is a mark, never an absence.
  if (key === null || value === null) return null
  const decoded = codec.decode(value)
  if (decoded.ok) {
    table.apply(offset, key.toString(), decoded.value)
    return null
  }
  if (decoded.reason === 'undecodable') return decoded.detail
  return `its schema, id ${decoded.number}, is not one that this build knows; a newer version wrote it`
}

const shorter = (topic: string, end: number, next: number): KeyLogError =>
  new KeyLogError(
    `${topic} ends at offset ${end}, but was read up to ${next} before: it is another log or an older copy. ` +
      'Restore it, or start this process again if it is meant to be so.',
  )
