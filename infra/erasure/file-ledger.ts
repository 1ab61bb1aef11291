import { mkdirSync } from 'node:fs'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ErasureLedger, LedgerEntry } from '../../commands/ports/erasure-ledger.ts'
import { isCutLine, ledgerLine, parseLedgerLine } from './ledger-line.ts'

/** The ledger cannot be read as it is. The message is for the operator. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError'
}

export interface FileLedger extends ErasureLedger {
  close(): Promise<void>
}

/**
 * The ledger as a file of JSON Lines, one erasure each, which no backup may hold: copies of the stores come and go, it stays
 * where it is. Throws a {@link LedgerError} when a line in it is none of a ledger.
 */
export async function openFileLedger(path: string): Promise<FileLedger> {
  mkdirSync(dirname(path), { recursive: true })
  const file = await open(path, 'a', 0o600)
  try {
    const bytes = await readFile(path)
    const { entries, wholeBytes, lacksEnd } = readLedger(path, bytes)
    if (wholeBytes < bytes.length) await file.truncate(wholeBytes)
    const writer = new LineWriter(file, wholeBytes)
    if (lacksEnd) await writer.append('\n')
    return ledgerOver(writer, entries)
  } catch (error) {
    await file.close()
    throw error
  }
}

/**
 * What a ledger lists, for a process that records nothing in it; nothing when there is none. Throws a {@link LedgerError} when
 * a line in it is none of a ledger.
 */
export async function readFileLedger(path: string): Promise<readonly LedgerEntry[]> {
  try {
    return readLedger(path, await readFile(path)).entries
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function ledgerOver(writer: LineWriter, known: readonly LedgerEntry[]): FileLedger {
  const entries = new Map(known.map((entry) => [entry.receiptId, entry]))
  let last: Promise<unknown> = Promise.resolve()
  const write = async (entry: LedgerEntry): Promise<void> => {
    if (entries.has(entry.receiptId)) return
    await writer.append(`${ledgerLine(entry)}\n`)
    entries.set(entry.receiptId, entry)
  }
  return {
    record(entry) {
      const recorded = last.then(() => write(entry))
      // Lines must not mix; a failure is its caller's, not the next one's.
      last = recorded.catch(() => undefined)
      return recorded
    },
    async *entries() {
      yield* [...entries.values()]
    },
    async close() {
      await last
      await writer.close()
    },
  }
}

/** Appends durably. What a full disk cut short is cut off before the next line, which would else continue it. */
class LineWriter {
  readonly #file: FileHandle
  #bytes: number
  #isTorn = false

  constructor(file: FileHandle, bytes: number) {
    this.#file = file
    this.#bytes = bytes
  }

  async append(text: string): Promise<void> {
    if (this.#isTorn) await this.#file.truncate(this.#bytes)
    this.#isTorn = true
    await this.#file.appendFile(text)
    await this.#file.datasync()
    this.#bytes += Buffer.byteLength(text)
    this.#isTorn = false
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

interface ReadLedger {
  readonly entries: readonly LedgerEntry[]
  /** Behind them a line was cut short by a crash in the middle of its write; nobody was told that it was recorded. */
  readonly wholeBytes: number
  /** The last line is whole but for its end. */
  readonly lacksEnd: boolean
}

function readLedger(path: string, bytes: Buffer): ReadLedger {
  const endedBytes = bytes.lastIndexOf('\n') + 1
  const lines = bytes.toString('utf8', 0, endedBytes).split('\n').slice(0, -1)
  const entries = lines.map((line, i) => parseLedgerLine(line) ?? refuse(path, i + 1))
  const tail = bytes.toString('utf8', endedBytes)
  const last = parseLedgerLine(tail)
  if (last !== null) return { entries: [...entries, last], wholeBytes: bytes.length, lacksEnd: true }
  if (!isCutLine(tail)) refuse(path, lines.length + 1)
  return { entries, wholeBytes: endedBytes, lacksEnd: false }
}

function refuse(path: string, line: number): never {
  throw new LedgerError(
    `${path} is damaged at line ${line}. Restore it from a copy of this file, or remove that line: the erasure that it stood ` +
      'for would then be undone by restoring a backup from before it.',
  )
}
