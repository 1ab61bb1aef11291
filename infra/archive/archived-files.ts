import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from '../sqlite/data-dir/replace-file.ts'
import { ArchiveError } from './archive-error.ts'
import { type ArchivedFile, isFileName } from './archive-manifest.ts'

/** What lies beside the log, each whole in a file. */
export type FilePart = 'schemas' | 'tables'

const ENDINGS: Readonly<Record<FilePart, string>> = { schemas: 'json', tables: 'jsonl' }
const NAMED_BY_DIGITS = 16

/** Writes a text under the name that is its own, unless it is there and sound. `at`: milliseconds. */
export function writeArchivedFile(folder: string, part: FilePart, text: string, at: number): ArchivedFile {
  const sha256 = createHash('sha256').update(text).digest('hex')
  const file = `${part}-${sha256.slice(0, NAMED_BY_DIGITS)}.${ENDINGS[part]}`
  const path = join(folder, file)
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) replaceFile(path, text)
  return { file, at: new Date(at).toISOString(), bytes: Buffer.byteLength(text), sha256 }
}

/** The text. Throws an {@link ArchiveError} where it is not what was archived. */
export function readArchivedFile(folder: string, part: FilePart, archived: ArchivedFile | null): string {
  if (archived === null) throw new ArchiveError(`${folder} has no ${part}: they were never archived`)
  const path = join(folder, archived.file)
  const bytes = readBytes(path)
  const isSame = bytes.length === archived.bytes && createHash('sha256').update(bytes).digest('hex') === archived.sha256
  if (!isSame) throw new ArchiveError(`${path} is not what was archived: take it from another copy of the archive`)
  return bytes.toString()
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new ArchiveError(`${path} is missing: take it from another copy of the archive`, { cause: error })
  }
}

/** Takes away those that a manifest does not speak of any more. */
export function removeStrayFiles(folder: string, kept: readonly (ArchivedFile | null)[]): void {
  const own = new Set(kept.map((archived) => archived?.file))
  for (const name of readdirSync(folder)) if (isFileName(name) && !own.has(name)) rmSync(join(folder, name))
}
