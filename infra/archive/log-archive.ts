import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { KafkaLogReader } from '../kafka/kafka-log-reader.ts'
import { ArchiveError } from './archive-error.ts'
import {
  type ArchivedPartition,
  type ArchiveManifest,
  partitionFolder,
  readManifest,
  writeManifest,
} from './archive-manifest.ts'
import { newRecords } from './archive-partition.ts'
import { type FilePart, readArchivedFile, removeStrayFiles, writeArchivedFile } from './archived-files.ts'
import { type ArchivedTopic, archivedTopics } from './archived-topics.ts'
import { CompactedSegments } from './compacted-segments.ts'
import { frameRecord } from './record-frame.ts'
import { rewriteSegment } from './rewrite-segment.ts'
import { SegmentWriter } from './segment-writer.ts'

export type ArchivePart = 'log' | FilePart

export interface LogArchiveDeps {
  /** Made when it is missing. The caller holds its lock. */
  readonly folder: string
  readonly topicPrefix: string
  /** By the name of the topic without its prefix. */
  readonly reader: (topic: string) => KafkaLogReader
  /** `before`: what was archived last, `null`: nothing. */
  readonly schemas: (before: string | null) => Promise<string>
  readonly tables: () => Promise<string>
  readonly clock: () => number
  readonly version: string
  /** Of a full segment. */
  readonly segmentBytes?: number
  /** Hears of records as they are read: a first round may take hours. */
  readonly onRecords?: (topic: string, added: number) => void
}

export interface ArchiveRound {
  /** That were added, by topic. */
  readonly records: ReadonlyMap<string, number>
  /** What did not come in, and why. The log's own failures reject. */
  readonly failures: ReadonlyMap<ArchivePart, Error>
}

/** In the first round, how often what has come in so far is written down: a log of years is not read again from its beginning. */
const FIRST_ROUND_COMMIT_BYTES = 256 << 20
const nothing: ArchivedPartition = { start: 0, segments: [], lastRecord: null }

/**
 * The archive of a cluster's log in a folder: segments that are appended to, and a manifest that is replaced at the end of each round.
 * A round that is cut short leaves the archive as the one before it did.
 */
export class LogArchive {
  readonly #deps: LogArchiveDeps
  readonly #compacted: CompactedSegments
  #manifest: Omit<ArchiveManifest, 'format'>

  constructor(deps: LogArchiveDeps) {
    mkdirSync(deps.folder, { recursive: true, mode: 0o700 })
    this.#deps = deps
    this.#compacted = new CompactedSegments()
    this.#manifest = readManifest(deps.folder) ?? {
      ...{ version: deps.version, topicPrefix: deps.topicPrefix, archivedAt: null },
      topics: Object.fromEntries(archivedTopics.map(({ name, partitions }) => [name, Array(partitions).fill(nothing)])),
      ...{ schemas: null, tables: null },
    }
    assertOwn(this.#manifest, deps)
    removeStrays(deps.folder, this.#manifest.topics)
    removeStrayFiles(deps.folder, [this.#manifest.schemas, this.#manifest.tables])
  }

  /** When each part was last archived, ISO 8601; `null`: never. */
  get archivedAt(): Readonly<Record<ArchivePart, string | null>> {
    const { archivedAt, schemas, tables } = this.#manifest
    return { log: archivedAt, schemas: schemas?.at ?? null, tables: tables?.at ?? null }
  }

  /** Takes in what the log holds by now. Rejects where the log cannot be archived; the archive is then as it was. */
  async round(): Promise<ArchiveRound> {
    const { clock, version } = this.#deps
    const archivedAt = new Date(clock()).toISOString()
    const records = new Map<string, number>()
    let topics = this.#manifest.topics
    const starts = await this.#starts()
    for (const topic of archivedTopics) {
      const count = (added: number) => {
        records.set(topic.name, (records.get(topic.name) ?? 0) + added)
        this.#deps.onRecords?.(topic.name, added)
      }
      const partitions = await this.#archiveTopic(topic, topics[topic.name]!, count)
      topics = { ...topics, [topic.name]: this.#trimmed(topic, partitions, starts.get(topic.name)) }
    }
    this.#commit({ ...this.#manifest, version, archivedAt, topics })
    removeStrays(this.#deps.folder, topics)
    return { records, failures: await this.#archiveFiles() }
  }

  /** Before anything is read: the anchor of a trim is published before it takes records away, and so is archived with it. */
  async #starts(): Promise<ReadonlyMap<string, readonly number[]>> {
    const trimmed = archivedTopics.filter(({ kind }) => kind === 'trimmed')
    const starts = trimmed.map(async ({ name, partitions }) => {
      const reader = this.#deps.reader(name)
      return [
        name,
        await Promise.all(Array.from({ length: partitions }, (_, partition) => reader.start(partition))),
      ] as const
    })
    return new Map(await Promise.all(starts))
  }

  #trimmed(
    { name }: ArchivedTopic,
    partitions: readonly ArchivedPartition[],
    starts: readonly number[] | undefined,
  ): readonly ArchivedPartition[] {
    if (starts === undefined) return partitions
    return partitions.map((archived, partition) =>
      trimmedTo(partitionFolder(this.#deps.folder, name, partition), archived, starts[partition]!),
    )
  }

  async #archiveTopic(
    topic: ArchivedTopic,
    before: readonly ArchivedPartition[],
    count: (added: number) => void,
  ): Promise<readonly ArchivedPartition[]> {
    const reader = this.#deps.reader(topic.name)
    const ends = await Promise.all(before.map((_, partition) => reader.end(partition)))
    const after = [...before]
    for (const [partition, end] of ends.entries()) {
      const archived = before[partition]!
      const folder = partitionFolder(this.#deps.folder, topic.name, partition)
      const pages = counted(newRecords({ topic, partition, reader, end }, archived), count)
      if (topic.kind === 'compacted') {
        after[partition] = await this.#compacted.add(folder, archived, pages)
        continue
      }
      const commit = (so: ArchivedPartition) => this.#commitFirst(topic, after.with(partition, so))
      after[partition] = await this.#append(folder, archived, pages, commit)
    }
    return after
  }

  async #append(
    folder: string,
    archived: ArchivedPartition,
    pages: AsyncIterable<readonly Parameters<typeof frameRecord>[0][]>,
    commit: (so: ArchivedPartition) => void,
  ): Promise<ArchivedPartition> {
    const writer = new SegmentWriter(folder, archived.segments, { bytes: this.#deps.segmentBytes })
    const asOnDisk = (): ArchivedPartition => {
      const { segments, lastRecord } = writer.sync()
      return { ...archived, segments, lastRecord: lastRecord ?? archived.lastRecord }
    }
    try {
      let uncommitted = 0
      for await (const page of pages) {
        const framed = page.map((record) => ({ offset: record.offset, frame: frameRecord(record) }))
        writer.append(framed)
        uncommitted += framed.reduce((sum, { frame }) => sum + frame.length, 0)
        if (uncommitted < FIRST_ROUND_COMMIT_BYTES) continue
        commit(asOnDisk())
        uncommitted = 0
      }
      return asOnDisk()
    } finally {
      writer.close()
    }
  }

  /** Later rounds are committed whole: between two of them anchors may not speak of what is not there. */
  #commitFirst({ name }: ArchivedTopic, partitions: readonly ArchivedPartition[]): void {
    if (this.#manifest.archivedAt !== null) return
    this.#commit({ ...this.#manifest, topics: { ...this.#manifest.topics, [name]: partitions } })
  }

  /** What is beside the log may fail by itself: the log is archived all the same. */
  async #archiveFiles(): Promise<ReadonlyMap<ArchivePart, Error>> {
    const failures = new Map<ArchivePart, Error>()
    for (const part of ['schemas', 'tables'] as const) {
      try {
        const text = await (part === 'schemas' ? this.#deps.schemas(this.#schemasBefore()) : this.#deps.tables())
        const archived = writeArchivedFile(this.#deps.folder, part, text, this.#deps.clock())
        this.#commit({ ...this.#manifest, [part]: archived })
        removeStrayFiles(this.#deps.folder, [this.#manifest.schemas, this.#manifest.tables])
      } catch (error) {
        failures.set(part, error as Error)
      }
    }
    return failures
  }

  #schemasBefore(): string | null {
    const { schemas } = this.#manifest
    return schemas === null ? null : readArchivedFile(this.#deps.folder, 'schemas', schemas)
  }

  #commit(manifest: Omit<ArchiveManifest, 'format'>): void {
    try {
      writeManifest(this.#deps.folder, manifest)
      this.#manifest = manifest
    } catch (error) {
      // It may be in place, and only not be known to be on disk.
      this.#manifest = readManifest(this.#deps.folder) ?? this.#manifest
      throw error
    }
  }
}

function assertOwn(manifest: Pick<ArchiveManifest, 'topicPrefix' | 'topics'>, { folder, topicPrefix }: LogArchiveDeps) {
  if (manifest.topicPrefix !== topicPrefix) {
    throw new ArchiveError(
      `${folder} is the archive of topics under "${manifest.topicPrefix}", not "${topicPrefix}": each log needs a folder of its own`,
    )
  }
  const isWhole = archivedTopics.every(({ name, partitions }) => manifest.topics[name]?.length === partitions)
  if (!isWhole) throw new ArchiveError(`${folder} does not hold the topics of this release`)
}

/** What was trimmed in the log leaves the archive: whole segments, and what one that is begun with it still holds of it. */
function trimmedTo(folder: string, archived: ArchivedPartition, start: number): ArchivedPartition {
  const [first, ...rest] = archived.segments.filter(({ end }) => end > start)
  if (first === undefined) return { start, segments: [], lastRecord: null }
  if (first.base >= start) return { ...archived, start, segments: [first, ...rest] }
  const cut = rewriteSegment(folder, first, ({ offset }) => offset >= start)
  return { ...archived, start, segments: cut === null ? rest : [cut, ...rest] }
}

async function* counted<Item>(
  pages: AsyncIterable<readonly Item[]>,
  count: (added: number) => void,
): AsyncGenerator<readonly Item[]> {
  for await (const page of pages) {
    count(page.length)
    yield page
  }
}

/** Segments that the manifest does not speak of any more, among them those that hold a destroyed key. */
function removeStrays(archive: string, topics: ArchiveManifest['topics']): void {
  for (const [topic, partitions] of Object.entries(topics)) {
    for (const [partition, { segments }] of partitions.entries()) {
      const folder = partitionFolder(archive, topic, partition)
      if (!existsSync(folder)) continue
      const own = new Set(segments.map(({ file }) => file))
      for (const file of readdirSync(folder)) if (!own.has(file)) rmSync(join(folder, file))
    }
  }
}
