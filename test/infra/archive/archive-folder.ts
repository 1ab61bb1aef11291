import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type ArchiveManifest, partitionFolder, readManifest } from '../../../infra/archive/archive-manifest.ts'
import { LogArchive, type LogArchiveDeps } from '../../../infra/archive/log-archive.ts'
import { readSegments } from '../../../infra/archive/read-segments.ts'
import { logRecordOfFrame } from '../../../infra/archive/record-frame.ts'
import type { InMemoryCluster } from './in-memory-cluster.ts'
import { plain } from './log-records.ts'

type PlainRecord = ReturnType<typeof plain>

/** Small enough that a few records fill one. */
export const SMALL_SEGMENT_BYTES = 300

export const openArchive = (folder: string, cluster: InMemoryCluster, deps: Partial<LogArchiveDeps> = {}): LogArchive =>
  new LogArchive({
    ...{ folder, topicPrefix: 'test.', version: '0.0.0', clock: () => 0, segmentBytes: SMALL_SEGMENT_BYTES },
    ...{ reader: (topic) => cluster.reader(topic), schemas: async () => '{}\n', tables: async () => '' },
    ...deps,
  })

export function manifestOf(folder: string): ArchiveManifest {
  const manifest = readManifest(folder)
  if (manifest === null) throw new Error(`${folder} has no manifest`)
  return manifest
}

/** By `topic/partition`, where there are any. */
export function archivedRecords(folder: string): Readonly<Record<string, readonly PlainRecord[]>> {
  const found: Record<string, readonly PlainRecord[]> = {}
  for (const [topic, partitions] of Object.entries(manifestOf(folder).topics)) {
    for (const [partition, { segments }] of partitions.entries()) {
      const records = [...readSegments(partitionFolder(folder, topic, partition), segments)]
      if (records.length > 0)
        found[`${topic}/${partition}`] = records.map((record) => plain(logRecordOfFrame(partition, record)))
    }
  }
  return found
}

/** Every file below a folder by its path there, with its bytes as text of one character each. */
export const folderBytes = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(folder, path)).isFile())
      .sort()
      .map((path) => [path, readFileSync(join(folder, path), 'latin1')]),
  )
