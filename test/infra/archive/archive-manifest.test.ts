import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import {
  type ArchiveManifest,
  endOf,
  MANIFEST_FILE,
  partitionFolder,
  readManifest,
  writeManifest,
} from '../../../infra/archive/archive-manifest.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const segment = { file: '00000000000000000003.records', base: 3, end: 9, records: 6, bytes: 420, sha256: null }
const file = { file: 'schemas-0123456789abcdef.json', at: '2026-11-22T02:00:00.000Z', bytes: 12, sha256: 'ab' }
const partition = { start: 2, segments: [{ ...segment, sha256: 'cd' }, segment], lastRecord: 'ef' }
const manifest: ArchiveManifest = {
  ...{ format: 1, version: '0.1.0', topicPrefix: 'somabrain.', archivedAt: '2026-11-22T02:00:00.000Z' },
  topics: { 'memory.keys': [partition, { start: 0, segments: [], lastRecord: null }] },
  ...{ schemas: file, tables: { ...file, file: 'tables-0123456789abcdef.jsonl' } },
}

/** A folder whose manifest says something else. */
function folderWith(t: ExecutionContext, text: string): string {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, MANIFEST_FILE), text)
  return folder
}

test('a manifest is read as it was written, whole each time', (t) => {
  const folder = temporaryFolder(t)
  const { format: _, ...said } = manifest
  writeManifest(folder, { ...said, topics: { 'memory.keys': Array(50).fill(partition) } })
  const begun = { ...said, archivedAt: null, schemas: null, tables: null }
  writeManifest(folder, begun)
  t.deepEqual(readManifest(folder), { format: 1, ...begun })
  writeManifest(folder, said)
  t.deepEqual(readManifest(folder), manifest)
})

test('a folder without a manifest is no archive yet', (t) => {
  const folder = temporaryFolder(t)
  t.is(readManifest(folder), null)
  t.is(readManifest(join(folder, 'none')), null)
})

test('a manifest that cannot be read is not taken for one that is missing', (t) => {
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, MANIFEST_FILE))
  t.throws(() => readManifest(folder), { code: 'EISDIR' })
})

test('a manifest of another release is refused with both formats', (t) => {
  for (const format of [0, 2, '1', undefined]) {
    const folder = folderWith(t, JSON.stringify({ ...manifest, format }))
    const message = `${join(folder, MANIFEST_FILE)} has format ${format}, and this release reads 1`
    t.throws(() => readManifest(folder), { name: 'ArchiveError', message })
  }
})

test('a manifest that is cut short anywhere is damaged', (t) => {
  const folder = temporaryFolder(t)
  const { format: _, ...said } = manifest
  writeManifest(folder, said)
  const path = join(folder, MANIFEST_FILE)
  const text = readFileSync(path, 'utf8').trimEnd()
  for (let length = 0; length < text.length; length++) {
    writeFileSync(path, text.slice(0, length))
    t.throws(() => readManifest(folder), { name: 'ArchiveError', message: /archive\.json is damaged/ }, `${length}`)
  }
})

const withPartition = (change: object): object => ({
  topics: { 'memory.keys': [partition, { ...partition, ...change }] },
})
const withSegment = (change: object): object => withPartition({ segments: [segment, { ...segment, ...change }] })

const wrong: Readonly<Record<string, object>> = {
  'no version': { version: undefined },
  'a version that is no text': { version: 1 },
  'no prefix': { topicPrefix: null },
  'no instant': { archivedAt: undefined },
  'an instant that is none': { archivedAt: 'yesterday' },
  'an instant that is a number': { archivedAt: 7 },
  'no topics': { topics: undefined },
  'topics that are null': { topics: null },
  'topics that are a text': { topics: 'memory.keys' },
  'a topic without partitions': { topics: { 'memory.keys': {} } },
  'a partition that is null': { topics: { 'memory.keys': [null] } },
  'a partition that is a number': { topics: { 'memory.keys': [5] } },
  'a start below zero': withPartition({ start: -1 }),
  'a start that is a text': withPartition({ start: '2' }),
  'no segments': withPartition({ segments: undefined }),
  'segments that are no list': withPartition({ segments: {} }),
  'segments without a last record': withPartition({ lastRecord: null }),
  'a last record without segments': withPartition({ segments: [] }),
  'a segment that is null': withPartition({ segments: [null] }),
  'an end that is a fraction': withSegment({ end: 9.5 }),
  'an end beyond what numbers hold': withSegment({ end: 2 ** 53 }),
  'a base below zero': withSegment({ base: -1 }),
  'no count of records': withSegment({ records: undefined }),
  'no bytes': withSegment({ bytes: null }),
  'a hash that is a number': withSegment({ sha256: 7 }),
  'no hash': withSegment({ sha256: undefined }),
  'schemas of no instant': { schemas: { ...file, at: 'soon' } },
  'schemas that lead out of the folder': { schemas: { ...file, file: '../schemas-0123456789abcdef.json' } },
  'schemas of no size': { schemas: { ...file, bytes: -1 } },
  'no schemas': { schemas: undefined },
  'tables without a hash': { tables: { ...file, sha256: null } },
  'tables that are a number': { tables: 7 },
}
for (const [what, change] of Object.entries(wrong)) {
  test(`a manifest with ${what} is damaged`, (t) => {
    const folder = folderWith(t, JSON.stringify({ ...manifest, ...change }))
    const message = `${join(folder, MANIFEST_FILE)} is damaged: take it from another copy of the archive`
    t.throws(() => readManifest(folder), { name: 'ArchiveError', message })
  })
}

test('a manifest that is no object is damaged', (t) => {
  for (const text of ['null', '7', '"archive"', '{', ''])
    t.throws(() => readManifest(folderWith(t, text)), { name: 'ArchiveError', message: /is damaged/ }, text)
})

test('names of segments that lead out of their folder are damage', (t) => {
  const names = [
    '../3.records',
    '/etc/3.records',
    'a/3.records',
    '../../archive.json',
    '..',
    '',
    'archive.json',
    7,
    null,
  ]
  for (const name of names) {
    const folder = folderWith(t, JSON.stringify({ ...manifest, ...withSegment({ file: name }) }))
    t.throws(() => readManifest(folder), { name: 'ArchiveError', message: /is damaged/ }, String(name))
  }
})

test('names of topics that lead out of the archive are damage', (t) => {
  for (const name of ['../elsewhere', '/etc', '..', '.', '', 'memory.keys/../..']) {
    const topics = { ...manifest.topics, [name]: [partition] }
    const folder = folderWith(t, JSON.stringify({ ...manifest, topics }))
    t.throws(() => readManifest(folder), { name: 'ArchiveError', message: /is damaged/ }, name)
  }
})

test('a partition ends behind its last segment, or where it begins', (t) => {
  t.is(endOf(partition), 9)
  t.is(endOf({ start: 7, segments: [], lastRecord: null }), 7)
  t.is(partitionFolder('/archive', 'memory.keys', 0), '/archive/memory.keys/0')
})
