import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { BackupError } from './backup-error.ts'

/** The file that makes a folder a backup: written last. */
export const MANIFEST_FILE = 'backup.json'
const FORMAT = 1

export interface BackedUpFile {
  readonly name: string
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
}

/** What a backup says of itself. */
export interface BackupManifest {
  readonly format: typeof FORMAT
  /** ISO 8601: when the log was copied. Everything that was acknowledged before is in it. */
  readonly madeAt: string
  /** Of the release that made it. */
  readonly version: string
  /** Records of the log. */
  readonly records: number
  readonly files: readonly BackedUpFile[]
}

export const manifestText = (manifest: Omit<BackupManifest, 'format'>): string =>
  `${JSON.stringify({ format: FORMAT, ...manifest }, null, 2)}\n`

/** Throws a {@link BackupError} where the folder is no backup, or one of another release's format. */
export function readManifest(folder: string): BackupManifest {
  const file = join(folder, MANIFEST_FILE)
  const found = parsed(file)
  if (found?.format !== FORMAT) {
    throw new BackupError(`${file} has format ${found?.format}, and this release reads ${FORMAT}`)
  }
  const isWhole = isManifest(found)
  if (!isWhole) throw new BackupError(`${file} is damaged: take another backup`)
  return found
}

function parsed(file: string): Partial<BackupManifest> | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    const problem = cause instanceof SyntaxError ? 'is damaged: take another backup' : 'cannot be read: is it a backup?'
    throw new BackupError(`${file} ${problem}`, { cause })
  }
}

function isManifest(found: Partial<BackupManifest>): found is BackupManifest {
  const { madeAt, version, records, files } = found
  if (typeof madeAt !== 'string' || Number.isNaN(Date.parse(madeAt)) || typeof version !== 'string') return false
  return Number.isSafeInteger(records) && Array.isArray(files) && files.every(isFile)
}

/** A name that led out of the folder would have files written anywhere. */
function isFile(found: Partial<BackedUpFile> | null): boolean {
  const { name, bytes, sha256 } = found ?? {}
  return (
    typeof name === 'string' && basename(name) === name && Number.isSafeInteger(bytes) && typeof sha256 === 'string'
  )
}

/** As it is on disk. */
export async function describeFile(folder: string, name: string): Promise<BackedUpFile> {
  const hash = createHash('sha256')
  let bytes = 0
  await pipeline(createReadStream(join(folder, name)), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      bytes += chunk.length
      hash.update(chunk)
    }
  })
  return { name, bytes, sha256: hash.digest('hex') }
}
