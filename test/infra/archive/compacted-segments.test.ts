import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import type { ArchivedPartition } from '../../../infra/archive/archive-manifest.ts'
import { recordHash } from '../../../infra/archive/archive-partition.ts'
import { CompactedSegments } from '../../../infra/archive/compacted-segments.ts'
import type { LogRecord } from '../../../projections/ports/log-reader.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { folderBytes } from './archive-folder.ts'
import { logRecord, plain } from './log-records.ts'
import { read } from './segments-on-disk.ts'

const nothing: ArchivedPartition = { start: 0, segments: [], lastRecord: null }

/** A record of a key, as `memory.keys` has them. */
const keyed = (offset: number, key: string, value: string): LogRecord =>
  logRecord(offset, { key: Buffer.from(key), value: Buffer.from(value) })

async function* inPages(...pages: ReadonlyArray<readonly LogRecord[]>) {
  yield* pages
}

/** As the archive does when a round is committed. */
function removeStrays(folder: string, { segments }: ArchivedPartition): void {
  const own = segments.map(({ file }) => file)
  for (const file of readdirSync(folder)) if (!own.includes(file)) rmSync(join(folder, file))
}

const files = ({ segments }: ArchivedPartition): readonly string[] => segments.map(({ file }) => file)

test('records of new keys are appended to what is there', async (t) => {
  const folder = temporaryFolder(t)
  const compacted = new CompactedSegments()
  const [a, b, c] = [keyed(0, 'a', 'one'), keyed(3, 'b', 'two'), keyed(4, 'c', 'three')]
  const first = await compacted.add(folder, nothing, inPages([a], [b]))
  const before = Object.values(folderBytes(folder))
  const second = await compacted.add(folder, first, inPages([c]))
  t.deepEqual(files(second), files(first))
  t.deepEqual(read(folder, second.segments), [a, b, c].map(plain))
  t.true(Object.values(folderBytes(folder))[0]!.startsWith(before[0]!))
  t.is(second.lastRecord, recordHash(c))
  t.is(second.start, 0)
})

test('a round without records changes nothing', async (t) => {
  const folder = temporaryFolder(t)
  const compacted = new CompactedSegments()
  t.deepEqual(await compacted.add(folder, nothing, inPages()), nothing)
  const archived = await compacted.add(folder, nothing, inPages([keyed(0, 'a', 'one')]))
  const before = folderBytes(folder)
  t.deepEqual(await compacted.add(folder, archived, inPages([])), archived)
  t.deepEqual(folderBytes(folder), before)
})

test('of a record that is overwritten no byte is left once strays are removed', async (t) => {
  for (const isReopened of [false, true]) {
    const folder = temporaryFolder(t)
    const compacted = new CompactedSegments()
    const first = await compacted.add(folder, nothing, inPages([keyed(0, 'a', 'SECRET'), keyed(1, 'b', 'kept')]))
    const mark = keyed(2, 'a', 'destroyed')
    const second = await (isReopened ? new CompactedSegments() : compacted).add(folder, first, inPages([mark]))
    // A round that is not committed leaves what was there.
    t.deepEqual(read(folder, first.segments), [keyed(0, 'a', 'SECRET'), keyed(1, 'b', 'kept')].map(plain))
    t.is(files(second).filter((file) => files(first).includes(file)).length, 0)
    removeStrays(folder, second)
    t.deepEqual(read(folder, second.segments), [keyed(1, 'b', 'kept'), mark].map(plain))
    for (const bytes of Object.values(folderBytes(folder))) t.false(bytes.includes('SECRET'))
    t.is(second.lastRecord, recordHash(mark))
  }
})

test('a key that comes and is destroyed within a round is in no file behind it', async (t) => {
  const folder = temporaryFolder(t)
  const [came, went] = [keyed(0, 'a', 'SECRET'), keyed(1, 'a', 'destroyed')]
  const archived = await new CompactedSegments().add(folder, nothing, inPages([came], [went]))
  removeStrays(folder, archived)
  t.deepEqual(read(folder, archived.segments), [plain(went)])
  for (const bytes of Object.values(folderBytes(folder))) t.false(bytes.includes('SECRET'))
})

test('segments that are written anew never take the names of those that they follow', async (t) => {
  const folder = temporaryFolder(t)
  let archived = nothing
  const seen = new Set<string>()
  for (let offset = 0; offset < 12; offset++) {
    const compacted = new CompactedSegments()
    archived = await compacted.add(folder, archived, inPages([keyed(offset, 'a', `value ${offset}`)]))
    for (const file of files(archived)) {
      t.false(seen.has(file), file)
      seen.add(file)
    }
    removeStrays(folder, archived)
  }
})

interface Round {
  /** Numbers of keys. */
  readonly pages: ReadonlyArray<readonly number[]>
  readonly isReopened: boolean
  /** The process ends before the round is committed; the next one takes in the same records and its own. */
  readonly isLost: boolean
}

const rounds = fc.array(
  fc.record<Round>({
    pages: fc.array(fc.array(fc.nat(6), { maxLength: 4 }), { maxLength: 3 }),
    isReopened: fc.boolean(),
    isLost: fc.boolean(),
  }),
  { maxLength: 6 },
)

/** The last record of each key, in the order of the log. */
const folded = (records: readonly LogRecord[]): readonly LogRecord[] =>
  [...new Map(records.map((record) => [Buffer.from(record.key).toString(), record])).values()].sort(
    (a, b) => a.offset - b.offset,
  )

test('round after round, what is archived is the last record of each key', async (t) => {
  const property = fc.asyncProperty(rounds, fc.integer({ min: 1, max: 3 }), async (all, step) => {
    const folder = temporaryFolder(t)
    let compacted = new CompactedSegments()
    let archived = nothing
    let committed: readonly LogRecord[] = []
    let waiting: ReadonlyArray<readonly LogRecord[]> = []
    let offset = 0
    for (const { pages, isReopened, isLost } of all) {
      if (isReopened) compacted = new CompactedSegments()
      const next = () => (offset += step)
      waiting = [...waiting, ...pages.map((page) => page.map((key) => keyed(next(), `key ${key}`, `of ${offset}`)))]
      const after = await compacted.add(folder, archived, inPages(...waiting))
      t.deepEqual(read(folder, archived.segments), folded(committed).map(plain))
      if (isLost) continue
      archived = after
      committed = [...committed, ...waiting.flat()]
      waiting = []
      const expected = folded(committed)
      t.deepEqual(read(folder, archived.segments), expected.map(plain))
      t.is(archived.lastRecord, expected.length === 0 ? null : recordHash(expected.at(-1)!))
      if (archived.segments.length > 0) removeStrays(folder, archived)
    }
  })
  await fc.assert(property, { numRuns: propertyRuns(60) })
})
