import type { LogWriter } from '../../../commands/ports/log-writer.ts'
import { partitionOf, scopeOfKey } from '../../../domain/partition.ts'
import { sameBytes } from '../../../domain/same-bytes.ts'
import type { LogReader } from '../../../projections/ports/log-reader.ts'
import type { CommandCodec } from '../../../schemas/command-codec.ts'
import type { FullDeadLetter, RecordAddress } from '../../long-term/listed-dead-letter.ts'

/**
 * What came of appending a dead letter's record again. `unreadable`: this build would set it aside once more, so nothing
 * was appended. `not-in-the-log`: the log holds another record at its place. `unknown`: it may have been appended; a
 * repetition is safe, because the fold knows a command by its id.
 */
export type Retried =
  | { readonly outcome: 'appended'; readonly appended: RecordAddress }
  | { readonly outcome: 'unreadable'; readonly reason: string }
  | { readonly outcome: 'not-in-the-log' }
  | { readonly outcome: 'not-written' | 'unknown'; readonly cause: Error }

export interface RetryDeps {
  readonly log: LogReader
  readonly writer: LogWriter
  readonly codec: CommandCodec
  readonly clock: () => number
}

const ONE = { records: 1, bytes: 1 }

/** Appends the record as it stands in the log, its headers too, to the partition of its key: an order it may not have had. */
export async function retryDeadLetter(deps: RetryDeps, letter: FullDeadLetter): Promise<Retried> {
  const reason = unreadable(deps.codec, letter)
  if (reason !== null) return { outcome: 'unreadable', reason }
  const [record] = await deps.log.read(letter.partition, letter.offset, ONE)
  if (record?.offset !== letter.offset || !sameBytes(record.value, letter.value)) return { outcome: 'not-in-the-log' }
  const { key, value, headers } = record
  const partition = partitionOf(key)
  const [result] = await deps.writer.append([{ partition, key, value, headers, timestamp: deps.clock() }])
  if (result?.status === 'appended') return { outcome: 'appended', appended: { partition, offset: result.offset } }
  return { outcome: result?.status ?? 'unknown', cause: result?.cause ?? new Error('the log gave no answer') }
}

/** Why this build would set the record aside again, or `null` when it can fold it. */
export function unreadable(codec: CommandCodec, { key, value }: Pick<FullDeadLetter, 'key' | 'value'>): string | null {
  const decoded = codec.decode(value)
  if (!decoded.ok) {
    return decoded.reason === 'undecodable' ? decoded.detail : `its schema ${decoded.number} is of a newer release`
  }
  // A generation begins with the log, never in the middle of it.
  if (decoded.value.type === 'Genesis') return 'it is a Genesis'
  return scopeOfKey(key) === null ? 'the key names no tenant and namespace' : null
}
