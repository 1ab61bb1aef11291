import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { MANIFEST_FILE, partitionFolder } from '../../../infra/archive/archive-manifest.ts'
import type { LogArchive } from '../../../infra/archive/log-archive.ts'
import { COMMANDS_TOPIC, EVENTS_TOPIC, KEYS_TOPIC, OPERATIONS_TOPIC } from '../../../infra/kafka/topic-catalogue.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { archivedRecords, folderBytes, manifestOf, openArchive } from './archive-folder.ts'
import { InMemoryCluster } from './in-memory-cluster.ts'
import { logRecord } from './log-records.ts'

interface Appended {
  readonly topic: string
  readonly partition: number
  readonly count: number
  readonly size: number
}

const appended = fc.array(
  fc.record<Appended>({
    topic: fc.constantFrom(COMMANDS_TOPIC, OPERATIONS_TOPIC, EVENTS_TOPIC),
    partition: fc.nat(2),
    count: fc.integer({ min: 1, max: 9 }),
    size: fc.nat(200),
  }),
  { maxLength: 5 },
)
const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 5 })

function grow(log: InMemoryCluster, appends: readonly Appended[], keyNames: readonly string[]): void {
  for (const { topic, partition, count, size } of appends)
    log.append(topic, partition, count, { value: Buffer.alloc(size, count) })
  for (const name of keyNames) log.append(KEYS_TOPIC, 0, 1, { key: Buffer.from(name) })
}

/** What is archived of a log: the last record of each data key. */
function contents(log: InMemoryCluster): ReturnType<InMemoryCluster['contents']> {
  const { records } = log.at(KEYS_TOPIC)
  log.compact(KEYS_TOPIC)
  const kept = log.contents()
  log.at(KEYS_TOPIC).records = records
  return kept
}

/** Calls of a round are some fifty, and one for each page. */
const anyCall = fc.integer({ min: 0, max: 65 })

test('whichever call of a round fails, the archive reads as before, and the next round completes it', async (t) => {
  let failed = 0
  const cases = fc.tuple(appended, keys, appended, keys, anyCall, fc.boolean())
  const property = fc.asyncProperty(cases, async ([before, keysBefore, more, moreKeys, call, isReopened]) => {
    const folder = temporaryFolder(t)
    const log = new InMemoryCluster(3)
    grow(log, before, keysBefore)
    const archive = openArchive(folder, log)
    await archive.round()
    const expected = contents(log)
    t.deepEqual(archivedRecords(folder), expected)
    grow(log, more, moreKeys)
    log.failingCall = log.calls.length + call
    const outcome = await archive.round().then(
      () => 'archived',
      (error: Error) => error.message,
    )
    const isFailed = outcome !== 'archived'
    if (isFailed) {
      failed++
      t.is(outcome, 'the log was not reached')
      t.deepEqual(archivedRecords(folder), expected)
    }
    log.failingCall = null
    await (isReopened ? openArchive(folder, log) : archive).round()
    t.deepEqual(archivedRecords(folder), contents(log))
    assertNothingBesides(t, folder)
  })
  await fc.assert(property, { numRuns: propertyRuns(100) })
  t.true(failed > 0)
})

/** Every byte below the folder is spoken of. */
function assertNothingBesides(t: ExecutionContext, folder: string): void {
  for (const [topic, partitions] of Object.entries(manifestOf(folder).topics)) {
    for (const [partition, { segments }] of partitions.entries()) {
      const path = join(topic, String(partition))
      const found = Object.entries(folderBytes(folder)).filter(([file]) => file.startsWith(`${path}/`))
      t.deepEqual(
        found.map(([file, bytes]) => [file, bytes.length]),
        segments.map(({ file, bytes }) => [join(path, file), bytes]),
      )
    }
  }
}

test('a first round that fails leaves a folder that the next one begins with', async (t) => {
  for (const call of [0, 10, 30]) {
    const folder = temporaryFolder(t)
    const log = new InMemoryCluster()
    log.append(COMMANDS_TOPIC, 0, 9)
    log.append(EVENTS_TOPIC, 0, 5)
    log.failingCall = call
    await t.throwsAsync(openArchive(folder, log).round(), { message: 'the log was not reached' })
    t.false(readdirSync(folder).includes(MANIFEST_FILE))
    await openArchive(folder, log).round()
    t.deepEqual(archivedRecords(folder), log.contents())
  }
})

test('a trim between a round that was cut short and the next one does not keep the archive from going on', async (t) => {
  const folder = temporaryFolder(t)
  const log = new InMemoryCluster()
  log.append(OPERATIONS_TOPIC, 0, 1)
  await openArchive(folder, log).round()
  log.append(OPERATIONS_TOPIC, 0, 1)
  log.onCall = ({ topic }) => {
    if (topic === COMMANDS_TOPIC) throw new Error('the process is killed')
  }
  await t.throwsAsync(openArchive(folder, log).round(), { message: 'the process is killed' })
  log.onCall = () => {}
  log.append(OPERATIONS_TOPIC, 0, 1, { value: Buffer.alloc(300) })
  log.trim(OPERATIONS_TOPIC, 0, 2)
  await openArchive(folder, log).round()
  t.is(archivedRecords(folder)[`${OPERATIONS_TOPIC}/0`]?.at(-1)?.offset, 2)
})

/** An archive of nine commands and five keys, of operations from 2 to 6, and their log. */
async function archived(t: ExecutionContext): Promise<{ folder: string; log: InMemoryCluster; archive: LogArchive }> {
  const folder = temporaryFolder(t)
  const log = new InMemoryCluster()
  log.append(COMMANDS_TOPIC, 1, 9)
  log.append(OPERATIONS_TOPIC, 1, 6)
  log.trim(OPERATIONS_TOPIC, 1, 2)
  log.append(KEYS_TOPIC, 0, 5)
  const archive = openArchive(folder, log)
  await archive.round()
  return { folder, log, archive }
}

const refused: Readonly<Record<string, readonly [(log: InMemoryCluster) => void, RegExp]>> = {
  'ends before what is archived': [
    (log) => {
      log.at(COMMANDS_TOPIC, 1).records.pop()
      log.at(COMMANDS_TOPIC, 1).end = 8
    },
    /^memory\.commands partition 1 ends at offset 8, and 9 are archived: it is another log/,
  ],
  'is empty': [
    (log) => Object.assign(log.at(COMMANDS_TOPIC, 1), { records: [], end: 0 }),
    /^memory\.commands partition 1 ends at offset 0, and 9 are archived/,
  ],
  'has another record where the archive ends': [
    (log) => {
      log.at(COMMANDS_TOPIC, 1).records[8] = logRecord(8, { partition: 1, value: Buffer.from('value of 9') })
      log.append(COMMANDS_TOPIC, 1, 3)
    },
    /^memory\.commands partition 1 holds another record at offset 8 than was archived/,
  ],
  'has another time where the archive ends': [
    (log) => {
      log.at(COMMANDS_TOPIC, 1).records[8] = logRecord(8, { partition: 1, timestamp: 0 })
    },
    /^memory\.commands partition 1 holds another record at offset 8/,
  ],
  'begins behind what is archived': [
    (log) => {
      log.append(COMMANDS_TOPIC, 1, 5)
      log.trim(COMMANDS_TOPIC, 1, 11)
    },
    /^memory\.commands partition 1 lacks offsets 9 to 10, which are not archived/,
  ],
  'lacks a record behind the archive': [
    (log) => {
      log.append(COMMANDS_TOPIC, 1, 9)
      log.at(COMMANDS_TOPIC, 1).records.splice(14, 2)
    },
    /^memory\.commands partition 1 lacks offsets 14 to 15/,
  ],
  'lacks the first record behind the archive': [
    (log) => {
      log.append(COMMANDS_TOPIC, 1, 9)
      log.at(COMMANDS_TOPIC, 1).records.splice(9, 1)
    },
    /^memory\.commands partition 1 lacks offsets 9 to 9,/,
  ],
  'lacks its end': [
    (log) => {
      log.at(COMMANDS_TOPIC, 1).end = 12
    },
    /^memory\.commands partition 1 lacks offsets 9 to 11/,
  ],
  'has another operation where the archive ends': [
    (log) => {
      log.at(OPERATIONS_TOPIC, 1).records[3] = logRecord(5, { partition: 1, key: Buffer.from('another') })
    },
    /^audit\.operations partition 1 holds another record at offset 5/,
  ],
  'has fewer operations': [
    (log) => Object.assign(log.at(OPERATIONS_TOPIC, 1), { records: [], start: 0, end: 0 }),
    /^audit\.operations partition 1 ends at offset 0, and 6 are archived/,
  ],
  'has fewer keys': [
    (log) => Object.assign(log.at(KEYS_TOPIC), { records: [], end: 0 }),
    /^memory\.keys partition 0 ends at offset 0, and 5 are archived/,
  ],
  'has another key where the archive ends': [
    (log) => {
      log.at(KEYS_TOPIC).records[4] = logRecord(4, { value: Buffer.from('another') })
    },
    /^memory\.keys partition 0 holds another record at offset 4/,
  ],
}
for (const [what, [change, message]] of Object.entries(refused)) {
  test(`a log that ${what} is refused, and the archive stays as it is`, async (t) => {
    const { folder, log, archive } = await archived(t)
    const [before, records] = [folderBytes(folder), archivedRecords(folder)]
    change(log)
    for (const one of [archive, openArchive(folder, log)]) {
      await t.throwsAsync(one.round(), { name: 'ArchiveError', message })
      t.deepEqual(archivedRecords(folder), records)
      t.is(folderBytes(folder)[MANIFEST_FILE], before[MANIFEST_FILE])
    }
    openArchive(folder, log)
    for (const [file, bytes] of Object.entries(before)) t.true(folderBytes(folder)[file]?.startsWith(bytes), file)
  })
}

test('a log that lost what is archived already goes on', async (t) => {
  const { folder, log, archive } = await archived(t)
  const before = archivedRecords(folder)[`${COMMANDS_TOPIC}/1`]!
  log.trim(COMMANDS_TOPIC, 1, 9)
  await archive.round()
  log.append(COMMANDS_TOPIC, 1, 1)
  await archive.round()
  t.deepEqual(archivedRecords(folder)[`${COMMANDS_TOPIC}/1`]?.slice(0, -1), before)
  t.is(manifestOf(folder).topics[COMMANDS_TOPIC]![1]!.start, 0)
})

test('a folder of another topic prefix is refused', async (t) => {
  const { folder, log } = await archived(t)
  const before = folderBytes(folder)
  const error = t.throws(() => openArchive(folder, log, { topicPrefix: '' }), { name: 'ArchiveError' })
  t.true(error?.message.startsWith(`${folder} is the archive of topics under "test.", not ""`))
  t.deepEqual(folderBytes(folder), before)
})

test('a folder of other topics, or of fewer partitions, is refused before anything is removed', async (t) => {
  const { folder, log } = await archived(t)
  const manifest = manifestOf(folder)
  const { [KEYS_TOPIC]: _, ...fewer } = manifest.topics
  for (const topics of [fewer, { ...manifest.topics, [COMMANDS_TOPIC]: manifest.topics[COMMANDS_TOPIC]!.slice(1) }]) {
    writeFileSync(join(folder, MANIFEST_FILE), JSON.stringify({ ...manifest, topics }))
    const before = folderBytes(folder)
    const message = `${folder} does not hold the topics of this release`
    t.throws(() => openArchive(folder, log), { name: 'ArchiveError', message })
    t.deepEqual(folderBytes(folder), before)
  }
})

test('a damaged manifest keeps the archive from being opened, and nothing is removed', async (t) => {
  const { folder, log } = await archived(t)
  writeFileSync(join(folder, MANIFEST_FILE), '{')
  const before = folderBytes(folder)
  t.throws(() => openArchive(folder, log), { name: 'ArchiveError', message: /is damaged/ })
  t.deepEqual(folderBytes(folder), before)
  t.true(readdirSync(partitionFolder(folder, COMMANDS_TOPIC, 1)).length > 0)
})
