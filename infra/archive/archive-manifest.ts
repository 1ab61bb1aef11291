import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { replaceFile } from '../sqlite/data-dir/replace-file.ts'
import { ArchiveError } from './archive-error.ts'
import { archivedTopics } from './archived-topics.ts'

/** What makes a folder an archive. What it does not speak of is not in the archive, whatever the files hold. */
export const MANIFEST_FILE = 'archive.json'
const FORMAT = 1

export interface ArchivedSegment {
  /** In the folder of its partition. */
  readonly file: string
  /** Offsets of its first record, and behind its last one. */
  readonly base: number
  readonly end: number
  readonly records: number
  readonly bytes: number
  /** Hex, of a segment that nothing is appended to any more. */
  readonly sha256: string | null
}

export interface ArchivedPartition {
  /** The log's first offset when it was last looked at: what stood before was trimmed there, and is not restored. */
  readonly start: number
  /** Oldest first. */
  readonly segments: readonly ArchivedSegment[]
  /** SHA-256 (hex) over the frame of the last record: the log has to hold it still when it is archived further. */
  readonly lastRecord: string | null
}

/** A file beside the log, whole each time. Another text has another name: a manifest never speaks of one that was replaced. */
export interface ArchivedFile {
  readonly file: string
  /** ISO 8601. */
  readonly at: string
  readonly bytes: number
  readonly sha256: string
}

export interface ArchiveManifest {
  readonly format: typeof FORMAT
  /** Of the release that wrote it last. */
  readonly version: string
  /** Before the names of the topics, in the log. */
  readonly topicPrefix: string
  /** ISO 8601: everything that was acknowledged before is here. `null`: the first round has not ended. */
  readonly archivedAt: string | null
  /** By the name of the topic without its prefix; partitions by their number. */
  readonly topics: Readonly<Record<string, readonly ArchivedPartition[]>>
  readonly schemas: ArchivedFile | null
  readonly tables: ArchivedFile | null
}

export const partitionFolder = (archive: string, topic: string, partition: number): string =>
  join(archive, topic, String(partition))

export const endOf = ({ segments, start }: ArchivedPartition): number => segments.at(-1)?.end ?? start

export function writeManifest(archive: string, manifest: Omit<ArchiveManifest, 'format'>): void {
  replaceFile(join(archive, MANIFEST_FILE), `${JSON.stringify({ format: FORMAT, ...manifest }, null, 1)}\n`)
}

/** `null`: the folder is no archive yet. Throws an {@link ArchiveError} where it is damaged or another release's. */
export function readManifest(archive: string): ArchiveManifest | null {
  const file = join(archive, MANIFEST_FILE)
  const text = textOf(file)
  if (text === null) return null
  const found = parsed(file, text)
  if (found.format !== FORMAT)
    throw new ArchiveError(`${file} has format ${found.format}, and this release reads ${FORMAT}`)
  if (!isManifest(found)) throw damaged(file)
  return found
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function parsed(file: string, text: string): Partial<ArchiveManifest> {
  try {
    const found: unknown = JSON.parse(text)
    if (typeof found === 'object' && found !== null) return found
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw damaged(file)
}

const damaged = (file: string): ArchiveError =>
  new ArchiveError(`${file} is damaged: take it from another copy of the archive`)

function isManifest(found: Partial<ArchiveManifest>): found is ArchiveManifest {
  const { version, topicPrefix, archivedAt, topics, schemas, tables } = found
  return (
    typeof version === 'string' &&
    typeof topicPrefix === 'string' &&
    (archivedAt === null || isInstant(archivedAt)) &&
    typeof topics === 'object' &&
    topics !== null &&
    Object.keys(topics).every((name) => archivedTopics.some((topic) => topic.name === name)) &&
    Object.values(topics).every((partitions) => Array.isArray(partitions) && partitions.every(isPartition)) &&
    (schemas === null || isFile(schemas)) &&
    (tables === null || isFile(tables))
  )
}

const isInstant = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value))
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

function isPartition(found: Partial<ArchivedPartition> | null): boolean {
  const { start, segments, lastRecord } = found ?? {}
  if (!isCount(start) || !Array.isArray(segments) || !segments.every(isSegment)) return false
  return segments.length === 0 ? lastRecord === null : typeof lastRecord === 'string'
}

/** As with topics: a name that led out of the folder would have files read and removed anywhere. */
function isSegment(found: Partial<ArchivedSegment> | null): boolean {
  const { file, base, end, records, bytes, sha256 } = found ?? {}
  const isNamed = typeof file === 'string' && basename(file) === file && file.endsWith(SEGMENT_ENDING)
  return isNamed && [base, end, records, bytes].every(isCount) && (sha256 === null || typeof sha256 === 'string')
}

export const SEGMENT_ENDING = '.records'

export const isFileName = (name: string): boolean =>
  /^(schemas-[0-9a-f]{16}\.json|tables-[0-9a-f]{16}\.jsonl)$/.test(name)

function isFile(found: Partial<ArchivedFile> | undefined): boolean {
  return (
    isFileName(found?.file ?? '') && isInstant(found?.at) && isCount(found?.bytes) && typeof found?.sha256 === 'string'
  )
}
