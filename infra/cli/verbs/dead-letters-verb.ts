import type { LogReader, LogRecord } from '../../../projections/ports/log-reader.ts'
import type { CommandCodec } from '../../../schemas/command-codec.ts'
import type {
  DeadLetterState,
  FullDeadLetter,
  ListedDeadLetter,
  RecordAddress,
} from '../../long-term/listed-dead-letter.ts'
import { envelopeView } from '../view/envelope-view.ts'
import { hexDump } from '../view/hex-dump.ts'
import { printable, type Terminal } from '../view/terminal.ts'
import type { DeadLettersTask } from './dead-letters-line.ts'

/** Dead letters as a cluster or a data directory has them. */
export interface DeadLetterSource {
  readonly codec: CommandCodec
  /** Where they stand, with their times and headers. */
  readonly log: LogReader
  /** Behind an address, in the order of the log; begin with (0, −1). `settled`: also those that are. */
  page(after: RecordAddress, settled: boolean, limit: number): Promise<readonly ListedDeadLetter[]>
  find(address: RecordAddress): Promise<FullDeadLetter | null>
}

export interface DeadLettersContext {
  readonly out: Terminal
  readonly err: Terminal
  readonly source: DeadLetterSource
}

const PAGE = 200
const SHOWN_BYTES = 1_024
const ONE = { records: 1, bytes: 1 }
const BEGINNING: RecordAddress = { partition: 0, offset: -1 }

const count = (value: number): string => value.toLocaleString('en-US')

export const addressText = ({ partition, offset }: RecordAddress): string => `${partition}/${offset}`

/** All dead letters, page by page: there may be many. */
export async function* everyDeadLetter(source: DeadLetterSource, settled: boolean): AsyncGenerator<ListedDeadLetter> {
  for (let after = BEGINNING; ; ) {
    const page = await source.page(after, settled, PAGE)
    yield* page
    if (page.length < PAGE) return
    after = page.at(-1)!
  }
}

/** A line for each: where, when it was logged, how large, what became of it, and why it could not be read. */
export async function listDeadLetters(
  { settled }: Extract<DeadLettersTask, { action: 'list' }>,
  { out, source }: DeadLettersContext,
): Promise<number> {
  let listed = 0
  for await (const letter of everyDeadLetter(source, settled)) {
    const record = await recordAt(source.log, letter)
    const address = addressText(letter).padEnd(10)
    const bytes = `${count(letter.bytes)} bytes`.padStart(13)
    out.write(`${address}  ${loggedAt(record)}  ${bytes}  ${became(letter.became)}  ${printable(letter.reason)}\n`)
    listed += 1
  }
  const which = settled ? 'dead letters' : 'open dead letters'
  out.write(listed === 0 ? `no ${which}\n` : `${count(listed)} ${which}\n`)
  return 0
}

/** Bytes, headers, and what this build makes of them. Exit code 1 when one is none. */
export async function showDeadLetters(
  { letters }: Extract<DeadLettersTask, { action: 'show' }>,
  { out, err, source }: DeadLettersContext,
): Promise<number> {
  let code = 0
  for (const address of letters) {
    const letter = await source.find(address)
    if (letter === null) {
      err.write(`${addressText(address)} is no dead letter\n`)
      code = 1
      continue
    }
    const record = await recordAt(source.log, letter)
    for (const line of shown(source.codec, letter, record)) out.write(`${line}\n`)
  }
  return code
}

function shown(codec: CommandCodec, letter: FullDeadLetter, record: LogRecord | null): readonly string[] {
  const { key, value } = letter
  const headers = Object.entries(record?.headers ?? {})
  const rest = value.length - SHOWN_BYTES
  return [
    `dead letter ${addressText(letter)}`,
    `reason     ${printable(letter.reason)}`,
    `logged     ${loggedAt(record)}`,
    `state      ${became(letter.became)}`,
    ...envelopeView(codec, key, value),
    ...headers.map(([name, text]) => `header     ${printable(name)}: ${printable(text)}`),
    `key        ${count(key.length)} bytes`,
    ...hexDump(key.subarray(0, SHOWN_BYTES)),
    `value      ${count(value.length)} bytes`,
    ...hexDump(value.subarray(0, SHOWN_BYTES)),
    ...(rest > 0 ? [`… and ${count(rest)} more bytes`] : []),
  ]
}

/** The record where the dead letter stands, `null` when a compaction or a cut took it. */
async function recordAt(log: LogReader, { partition, offset }: RecordAddress): Promise<LogRecord | null> {
  const [record] = await log.read(partition, offset, ONE)
  return record?.offset === offset ? record : null
}

const loggedAt = (record: LogRecord | null): string =>
  record === null ? 'no longer in the log' : new Date(record.timestamp).toISOString()

function became(state: DeadLetterState): string {
  switch (state.state) {
    case 'open':
      return 'open'
    case 'dropped':
      return `dropped by ${printable(state.operator)} at ${state.at.toISOString()}`
    case 'retried':
      return `retried as ${addressText(state.appended)} by ${printable(state.operator)} at ${state.at.toISOString()}`
  }
}
