import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { partitionFolder } from '../../../infra/archive/archive-manifest.ts'
import { readArchivedFile } from '../../../infra/archive/archived-files.ts'
import { archivedTopics } from '../../../infra/archive/archived-topics.ts'
import { COMMANDS_TOPIC, EVENTS_TOPIC, KEYS_TOPIC, OPERATIONS_TOPIC } from '../../../infra/kafka/topic-catalogue.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { archivedRecords, folderBytes, manifestOf, openArchive } from './archive-folder.ts'
import { InMemoryCluster } from './in-memory-cluster.ts'

/** A cluster of which every topic holds something. */
function cluster(): InMemoryCluster {
  const made = new InMemoryCluster()
  made.append(COMMANDS_TOPIC, 0, 9)
  made.append(COMMANDS_TOPIC, 11, 2)
  made.append(OPERATIONS_TOPIC, 5, 3)
  made.append(EVENTS_TOPIC, 1, 1)
  for (const key of ['a', 'b']) made.append(KEYS_TOPIC, 0, 1, { key: Buffer.from(key) })
  return made
}

test('a round adds exactly the records that are new', async (t) => {
  const folder = temporaryFolder(t)
  const log = cluster()
  const archive = openArchive(folder, log)
  const added = async () => Object.fromEntries((await archive.round()).records)
  t.deepEqual(await added(), { [EVENTS_TOPIC]: 1, [OPERATIONS_TOPIC]: 3, [COMMANDS_TOPIC]: 11, [KEYS_TOPIC]: 2 })
  t.deepEqual(archivedRecords(folder), log.contents())
  const before = manifestOf(folder).topics
  t.deepEqual(await added(), {})
  t.deepEqual(manifestOf(folder).topics, before)
  log.append(COMMANDS_TOPIC, 0, 7)
  log.append(COMMANDS_TOPIC, 3, 1)
  t.deepEqual(await added(), { [COMMANDS_TOPIC]: 8 })
  t.deepEqual(archivedRecords(folder), log.contents())
  log.append(OPERATIONS_TOPIC, 5, 1)
  const { records } = await openArchive(folder, log).round()
  t.deepEqual(Object.fromEntries(records), { [OPERATIONS_TOPIC]: 1 })
  t.deepEqual(archivedRecords(folder), log.contents())
})

test('an empty log is archived as one', async (t) => {
  const folder = join(temporaryFolder(t), 'deep', 'archive')
  const { records, failures } = await openArchive(folder, new InMemoryCluster()).round()
  t.deepEqual([records.size, failures.size], [0, 0])
  t.deepEqual(archivedRecords(folder), {})
  t.deepEqual(
    Object.entries(manifestOf(folder).topics).map(([name, { length }]) => [name, length]),
    archivedTopics.map(({ name, partitions }) => [name, partitions]),
  )
})

test('what is appended while a partition is read is of the next round', async (t) => {
  const folder = temporaryFolder(t)
  const log = cluster()
  log.onCall = ({ topic, what }) => {
    if (topic === COMMANDS_TOPIC && what === 'read') log.append(COMMANDS_TOPIC, 0, 1)
  }
  const archive = openArchive(folder, log)
  t.is((await archive.round()).records.get(COMMANDS_TOPIC), 11)
  t.is(archivedRecords(folder)[`${COMMANDS_TOPIC}/0`]?.length, 9)
  log.onCall = () => {}
  await archive.round()
  t.deepEqual(archivedRecords(folder), log.contents())
})

test('anchors are read before what they speak of, and keys behind the log', async (t) => {
  const log = cluster()
  await openArchive(temporaryFolder(t), log).round()
  const ends = log.calls.filter(({ what }) => what === 'end').map(({ topic }) => topic)
  t.deepEqual([...new Set(ends)], [EVENTS_TOPIC, OPERATIONS_TOPIC, COMMANDS_TOPIC, KEYS_TOPIC])
  // A trim is announced before it takes records away: where operations begin has to be known before the anchors are read.
  t.deepEqual(log.calls[0], { topic: OPERATIONS_TOPIC, what: 'start' })
  const first = log.calls.findIndex(({ topic }) => topic !== OPERATIONS_TOPIC)
  t.is(log.calls.slice(0, first).length, 6)
})

test('what a trim took away leaves the archive with its segments', async (t) => {
  const folder = temporaryFolder(t)
  const log = new InMemoryCluster()
  const archive = openArchive(folder, log)
  log.append(OPERATIONS_TOPIC, 2, 12)
  await archive.round()
  const path = partitionFolder(folder, OPERATIONS_TOPIC, 2)
  const before = manifestOf(folder).topics[OPERATIONS_TOPIC]![2]!
  t.deepEqual(
    before.segments.map(({ base, end }) => [base, end]),
    [
      [0, 4],
      [4, 8],
      [8, 12],
    ],
  )
  log.trim(OPERATIONS_TOPIC, 2, 5)
  await archive.round()
  const after = manifestOf(folder).topics[OPERATIONS_TOPIC]![2]!
  const [cut, ...rest] = after.segments
  t.deepEqual({ ...after, segments: rest }, { ...before, start: 5, segments: before.segments.slice(2) })
  t.like(cut, { base: 5, end: 8, records: 3 }, 'what it held of the trimmed part is gone')
  t.regex(cut!.sha256!, /^[0-9a-f]{64}$/, 'and it is never written again')
  t.deepEqual(
    archivedRecords(folder)[`${OPERATIONS_TOPIC}/2`]!.map(({ offset }) => offset),
    [5, 6, 7, 8, 9, 10, 11],
  )
  t.deepEqual(
    readdirSync(path).sort(),
    after.segments.map(({ file }) => file),
  )
  log.trim(OPERATIONS_TOPIC, 2, 8)
  await archive.round()
  t.deepEqual(manifestOf(folder).topics[OPERATIONS_TOPIC]![2]!.segments, before.segments.slice(2))
  t.is(manifestOf(folder).topics[OPERATIONS_TOPIC]![2]!.start, 8)
  t.is(readdirSync(path).length, 1)
})

test('a trim that comes while the anchors are read is taken over by the next round, with its anchor', async (t) => {
  const folder = temporaryFolder(t)
  const log = new InMemoryCluster()
  log.append(OPERATIONS_TOPIC, 0, 12)
  const archive = openArchive(folder, log)
  await archive.round()
  log.onCall = ({ topic }) => {
    if (topic === EVENTS_TOPIC) log.trim(OPERATIONS_TOPIC, 0, 8)
  }
  for (const [start, segments] of [
    [0, 3],
    [8, 1],
  ]) {
    await archive.round()
    const found = manifestOf(folder).topics[OPERATIONS_TOPIC]![0]!
    t.deepEqual([found.start, found.segments.length], [start, segments])
  }
})

test('a log that was trimmed beyond the archive goes on where it begins', async (t) => {
  const folder = temporaryFolder(t)
  const log = new InMemoryCluster()
  log.append(OPERATIONS_TOPIC, 0, 3)
  await openArchive(folder, log).round()
  log.append(OPERATIONS_TOPIC, 0, 10)
  log.trim(OPERATIONS_TOPIC, 0, 13)
  await openArchive(folder, log).round()
  const { start, segments } = manifestOf(folder).topics[OPERATIONS_TOPIC]![0]!
  t.deepEqual([start, segments.length], [13, 0])
  log.append(OPERATIONS_TOPIC, 0, 4)
  const { records } = await openArchive(folder, log).round()
  t.is(records.get(OPERATIONS_TOPIC), 4)
  const kept = archivedRecords(folder)[`${OPERATIONS_TOPIC}/0`]!.filter(({ offset }) => offset >= 13)
  t.deepEqual({ [`${OPERATIONS_TOPIC}/0`]: kept }, log.contents())
})

test('a partition of which nothing was archived before its trim begins there', async (t) => {
  const folder = temporaryFolder(t)
  const log = new InMemoryCluster()
  log.append(OPERATIONS_TOPIC, 0, 8)
  log.trim(OPERATIONS_TOPIC, 0, 8)
  await openArchive(folder, log).round()
  t.deepEqual(manifestOf(folder).topics[OPERATIONS_TOPIC]![0], { start: 8, segments: [], lastRecord: null })
  log.append(OPERATIONS_TOPIC, 0, 2)
  await openArchive(folder, log).round()
  t.deepEqual(archivedRecords(folder), log.contents())
})

test('a data key that was destroyed leaves the archive in the round that brings the mark', async (t) => {
  const folder = temporaryFolder(t)
  const log = cluster()
  const archive = openArchive(folder, log)
  log.append(KEYS_TOPIC, 0, 1, { key: Buffer.from('c'), value: Buffer.from('SECRET') })
  await archive.round()
  t.true(Object.values(folderBytes(folder)).some((bytes) => bytes.includes('SECRET')))
  log.append(KEYS_TOPIC, 0, 1, { key: Buffer.from('c'), value: Buffer.from('destroyed') })
  await archive.round()
  t.false(Object.values(folderBytes(folder)).some((bytes) => bytes.includes('SECRET')))
  log.compact(KEYS_TOPIC)
  t.deepEqual(archivedRecords(folder), log.contents())
})

test('a compacted log has gaps, also at its end and where the archive ends', async (t) => {
  const folder = temporaryFolder(t)
  const log = new InMemoryCluster(2)
  for (const key of ['a', 'b', 'a', 'c', 'b', 'd']) log.append(KEYS_TOPIC, 0, 1, { key: Buffer.from(key) })
  log.compact(KEYS_TOPIC)
  const archive = openArchive(folder, log)
  await archive.round()
  t.deepEqual(archivedRecords(folder), log.contents())
  log.append(KEYS_TOPIC, 0, 1, { key: Buffer.from('d') })
  log.compact(KEYS_TOPIC)
  // As a broker leaves it that took away a mark: nothing stands at the end.
  log.at(KEYS_TOPIC).end = 9
  await archive.round()
  t.deepEqual(archivedRecords(folder), log.contents())
  t.deepEqual(Object.fromEntries((await archive.round()).records), {})
  log.append(KEYS_TOPIC, 0, 2, { key: Buffer.from('e') })
  log.compact(KEYS_TOPIC)
  await openArchive(folder, log).round()
  t.deepEqual(archivedRecords(folder), log.contents())
})

test('schemas and tables that fail do not keep the log out, nor each other', async (t) => {
  const folder = temporaryFolder(t)
  const log = cluster()
  let now = 1_000
  let fails: 'schemas' | 'tables' | null = null
  const text = (part: 'schemas' | 'tables') => async () => {
    if (fails === part) throw new Error(`${part} of ${now}`)
    return `${part} of ${now}`
  }
  const deps = { clock: () => now, schemas: text('schemas'), tables: text('tables') }
  const archive = openArchive(folder, log, deps)
  t.deepEqual(archive.archivedAt, { log: null, schemas: null, tables: null })
  const at = (ms: number): string => new Date(ms).toISOString()
  const expected = { log: at(1_000), schemas: at(1_000), tables: at(1_000) }
  t.is((await archive.round()).failures.size, 0)
  t.deepEqual(archive.archivedAt, expected)
  for (const part of ['schemas', 'tables'] as const) {
    fails = part
    now += 1_000
    log.append(COMMANDS_TOPIC, 0, 1)
    const { failures } = await archive.round()
    t.deepEqual([...failures.keys()], [part])
    t.is(failures.get(part)?.message, `${part} of ${now}`)
    t.deepEqual(archivedRecords(folder), log.contents())
    expected.log = at(now)
    expected[part === 'schemas' ? 'tables' : 'schemas'] = at(now)
    t.deepEqual(archive.archivedAt, expected)
    t.deepEqual(openArchive(folder, log).archivedAt, expected)
  }
  const { schemas, tables } = manifestOf(folder)
  t.is(readArchivedFile(folder, 'schemas', schemas), 'schemas of 3000')
  t.is(readArchivedFile(folder, 'tables', tables), 'tables of 2000')
  const beside = readdirSync(folder).filter((name) => /^(schemas|tables)/.test(name))
  t.deepEqual(beside.sort(), [schemas!.file, tables!.file], 'those of before are gone')
})

test('tables of which a byte has turned are written anew by the next round', async (t) => {
  const folder = temporaryFolder(t)
  const archive = openArchive(folder, cluster(), { tables: async () => 'a row' })
  await archive.round()
  const { tables } = manifestOf(folder)
  writeFileSync(join(folder, tables!.file), 'a rov')
  t.throws(() => readArchivedFile(folder, 'tables', tables), { message: /is not what was archived/ })
  await archive.round()
  t.is(readArchivedFile(folder, 'tables', tables), 'a row')
})

test('the time of a round is that of its beginning, and its release is said', async (t) => {
  const folder = temporaryFolder(t)
  const log = cluster()
  let now = 5_000
  log.onCall = () => now++
  await openArchive(folder, log, { clock: () => now, version: '7.8.9' }).round()
  const { archivedAt, version } = manifestOf(folder)
  t.is(archivedAt, new Date(5_000).toISOString())
  t.is(version, '7.8.9')
})

test('files that the manifest does not speak of go when the archive is opened', async (t) => {
  const folder = temporaryFolder(t)
  const log = cluster()
  await openArchive(folder, log).round()
  const stray = join(partitionFolder(folder, COMMANDS_TOPIC, 0), '00000000000000000099.records')
  writeFileSync(stray, 'what a round that was cut short left')
  const before = archivedRecords(folder)
  openArchive(folder, log)
  t.false(existsSync(stray))
  t.deepEqual(archivedRecords(folder), before)
})
