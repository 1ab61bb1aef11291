import { mkdirSync } from 'node:fs'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ErasureLedger, LedgerEntry } from '../../commands/ports/erasure-ledger.ts'

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
    const text = await readFile(path, 'utf8')
    // A crash in the middle of a write leaves a line without its end; nobody was told that it was recorded.
    if (text !== '' && !text.endsWith('\n')) await appendDurably(file, '\n')
    return ledgerOver(file, entriesOf(path, text))
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
    return entriesOf(path, await readFile(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function ledgerOver(file: FileHandle, known: readonly LedgerEntry[]): FileLedger {
  const entries = new Map(known.map((entry) => [entry.receiptId, entry]))
  let last: Promise<unknown> = Promise.resolve()
  const write = async (entry: LedgerEntry): Promise<void> => {
    if (entries.has(entry.receiptId)) return
    await appendDurably(file, `${JSON.stringify(entry)}\n`)
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
      await file.close()
    },
  }
}

async function appendDurably(file: FileHandle, text: string): Promise<void> {
  await file.appendFile(text)
  await file.datasync()
}

function entriesOf(path: string, text: string): LedgerEntry[] {
  const lines = text.split('\n')
  return lines.flatMap((line, i) => {
    if (line === '') return []
    const entry = parsed(line)
    if (entry !== null) return [entry]
    if (!line.endsWith('}')) return []
    throw new LedgerError(
      `${path} is damaged at line ${i + 1}. Restore it from a copy, or remove that line: the erasure that it stood for ` +
        'would then be undone by restoring a backup from before it.',
    )
  })
}

function parsed(line: string): LedgerEntry | null {
  try {
    const entry = JSON.parse(line) as LedgerEntry
    return typeof entry.receiptId === 'string' && Array.isArray(entry.namespaces) ? entry : null
  } catch {
    return null
  }
}
