import test from 'ava'
import { partitionFolder } from '../../../infra/archive/archive-manifest.ts'
import { readSegments } from '../../../infra/archive/read-segments.ts'
import { COMMANDS_TOPIC, KEYS_TOPIC } from '../../../infra/kafka/topic-catalogue.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { archivedRecords, manifestOf, openArchive } from './archive-folder.ts'
import { InMemoryCluster } from './in-memory-cluster.ts'

const LARGE = 4_000_000
const SEGMENT_BYTES = 64 << 20
/** More than 256 MiB. */
const MANY = 70

test.serial('a first round that is cut short is not begun again from the beginning', async (t) => {
  const folder = temporaryFolder(t)
  const log = new InMemoryCluster(5)
  log.append(COMMANDS_TOPIC, 0, MANY, { value: Buffer.alloc(LARGE, 7) })
  log.append(COMMANDS_TOPIC, 1, 1)
  let reads = 0
  log.onCall = ({ topic, what }) => {
    if (topic === COMMANDS_TOPIC && what === 'read' && ++reads === MANY / 5 + 1)
      throw new Error('the process is killed')
  }
  const deps = { segmentBytes: SEGMENT_BYTES }
  await t.throwsAsync(openArchive(folder, log, deps).round(), { message: 'the process is killed' })
  const { archivedAt, topics } = manifestOf(folder)
  t.is(archivedAt, null)
  t.deepEqual(
    topics[COMMANDS_TOPIC]!.slice(0, 2).map(({ segments }) => segments.at(-1)?.end),
    [MANY, undefined],
  )
  const calls = log.calls.length
  t.is((await openArchive(folder, log, deps).round()).records.get(COMMANDS_TOPIC), 1)
  // The last archived record, and what is new.
  const again = log.calls.slice(calls).filter(({ topic, what }) => topic === COMMANDS_TOPIC && what === 'read')
  t.is(again.length, 2)
  const archived = manifestOf(folder).topics[COMMANDS_TOPIC]![0]!
  const offsets = [...readSegments(partitionFolder(folder, COMMANDS_TOPIC, 0), archived.segments)]
  t.deepEqual(
    offsets.map(({ offset }) => offset),
    Array.from({ length: MANY }, (_, i) => i),
  )
})

test.serial('a later round that is cut short leaves the archive as it was, however much it had taken in', async (t) => {
  const folder = temporaryFolder(t)
  const log = new InMemoryCluster(5)
  log.append(COMMANDS_TOPIC, 0, 1)
  const archive = openArchive(folder, log, { segmentBytes: SEGMENT_BYTES })
  await archive.round()
  const before = manifestOf(folder)
  log.append(COMMANDS_TOPIC, 0, MANY, { value: Buffer.alloc(LARGE, 7) })
  log.onCall = ({ topic, what }) => {
    if (topic === KEYS_TOPIC && what === 'end') throw new Error('the process is killed')
  }
  await t.throwsAsync(archive.round(), { message: 'the process is killed' })
  t.deepEqual(manifestOf(folder), before)
  t.is(archivedRecords(folder)[`${COMMANDS_TOPIC}/0`]?.length, 1)
})
