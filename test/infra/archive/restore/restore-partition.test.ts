import test, { type ExecutionContext } from 'ava'
import type { PlacedRecord } from '../../../../infra/archive/restore/placed-records.ts'
import type { LogRecord } from '../../../../projections/ports/log-reader.ts'
import { logRecord, logRecords, plain } from '../log-records.ts'
import { InMemoryTarget } from './in-memory-target.ts'

const NOTHING = new Uint8Array()
const place = (record: LogRecord): PlacedRecord => ({ ...record, partition: 3, isFiller: false })
const filler = (offset: number): PlacedRecord => ({
  ...{ partition: 3, offset, timestamp: 50, key: NOTHING, value: NOTHING, headers: {}, isFiller: true },
})

/** Two records fill a batch of 1 MiB. */
const LARGE = 400 << 10
const large = (from: number, to: number): PlacedRecord[] =>
  logRecords(from, to, { value: Buffer.alloc(LARGE, 7) }).map(place)

/** What a log holds is what was placed, fillers too. */
function assertRestored(t: ExecutionContext, target: InMemoryTarget, placed: readonly PlacedRecord[]): void {
  t.deepEqual(target.records.map(plain), placed.map(plain))
}

test('an empty partition gets every record at its own offset, in batches', async (t) => {
  const target = new InMemoryTarget()
  const placed = large(0, 7)
  await target.restore(placed)
  assertRestored(t, target, placed)
  t.deepEqual(target.appends, [2, 2, 2, 1])
  t.is(target.progress, 7)
})

test('a record that is larger than a batch is appended alone', async (t) => {
  const target = new InMemoryTarget()
  const huge = place(logRecord(1, { value: Buffer.alloc(3 << 20) }))
  const placed = [...large(0, 1), huge, ...large(2, 4)]
  await target.restore(placed)
  assertRestored(t, target, placed)
  t.deepEqual(target.appends, [1, 1, 2])
})

test('fillers keep the places of what is gone, and are no progress', async (t) => {
  const target = new InMemoryTarget()
  const placed = [...Array.from({ length: 25_000 }, (_, i) => filler(i)), ...logRecords(25_000, 25_003).map(place)]
  await target.restore(placed)
  t.deepEqual(target.appends, [10_000, 10_000, 5_003])
  t.is(target.progress, 3)
  t.deepEqual(target.records.slice(-3).map(plain), placed.slice(-3).map(plain))
  t.deepEqual(plain(target.records[12_345]!), plain(filler(12_345)))
})

test('a partition that is restored already is left as it is', async (t) => {
  const target = new InMemoryTarget(3)
  const placed = [filler(0), filler(1), ...large(2, 8)]
  await target.restore(placed, { kind: 'trimmed' })
  const appends = target.appends.length
  await target.restore(placed, { kind: 'trimmed' })
  // Once its beginning is trimmed, as it was in the log.
  target.start = 4
  target.records = target.records.filter(({ offset }) => offset >= 4)
  await target.restore(placed, { kind: 'trimmed' })
  t.is(target.appends.length, appends)
})

for (const answer of ['lost', 'unanswered'] as const) {
  test(`a restore whose batch is ${answer} goes on where it was, whichever batch that is`, async (t) => {
    for (const cut of [0, 1, 2, 3]) {
      const target = new InMemoryTarget(3)
      const placed = large(0, 7)
      target.answer = (_, number) => (number === cut ? answer : 'appended')
      await target.restore(placed)
      assertRestored(t, target, placed)
      t.is(target.appends.length, answer === 'lost' ? 5 : 4, 'no batch twice')
    }
  })
}

test('a restore that is cut short at every other batch ends none the less', async (t) => {
  const target = new InMemoryTarget()
  const placed = large(0, 20)
  target.answer = (_, number) => (number % 2 === 0 ? 'appended' : 'lost')
  await target.restore(placed)
  assertRestored(t, target, placed)
})

test('a broker that acknowledges nothing ends it, and it goes on when it is called again', async (t) => {
  const target = new InMemoryTarget()
  const placed = large(0, 9)
  target.answer = (_, number) => (number === 0 ? 'appended' : 'lost')
  const error = await t.throwsAsync(target.restore(placed), { name: 'ArchiveError' })
  t.regex(String(error?.message), /^the record at offset 2 of memory\.commands partition 3 was not acknowledged/)
  t.like(error?.cause, { message: 'no answer' })
  t.is(target.appends.length, 8, 'what came in begins the count anew')
  target.answer = () => 'appended'
  await target.restore(placed)
  assertRestored(t, target, placed)
})

const different: Readonly<Record<string, (record: LogRecord) => LogRecord>> = {
  key: (record) => ({ ...record, key: Buffer.from('another') }),
  value: (record) => ({ ...record, value: Buffer.from('another') }),
  time: (record) => ({ ...record, timestamp: record.timestamp + 1 }),
  header: (record) => ({ ...record, headers: { ...record.headers, more: '' } }),
  offset: (record) => ({ ...record, offset: record.offset + 0.5 }),
}
for (const [what, change] of Object.entries(different)) {
  test(`another ${what} than the archive's is found before anything is appended`, async (t) => {
    for (const at of [0, 2, 4]) {
      const target = new InMemoryTarget(2)
      const placed = logRecords(0, 8).map(place)
      target.records = placed.slice(0, 5).map((record, i) => (i === at ? change(record) : record))
      const message = new RegExp(`^memory.commands partition 3 holds something else at offset ${at} than the archive`)
      await t.throwsAsync(target.restore(placed), { name: 'ArchiveError', message })
      t.deepEqual(target.appends, [])
    }
  })

  test(`another ${what} than what was appended is found when it is read back`, async (t) => {
    for (const at of [3, 5, 7]) {
      const target = new InMemoryTarget(2)
      const placed = logRecords(0, 8).map(place)
      target.records = placed.slice(0, 3)
      target.store = (record) => (record.offset === at ? change(record) : record)
      const message = new RegExp(`holds something else at offset ${at} than the archive`)
      await t.throwsAsync(target.restore(placed), { name: 'ArchiveError', message })
      t.is(target.appends.length, 1)
    }
  })
}

test('a record in the place of a filler is found', async (t) => {
  const target = new InMemoryTarget()
  target.records = [logRecord(0)]
  const message = /something else at offset 0/
  await t.throwsAsync(target.restore([filler(0), ...logRecords(1, 3).map(place)]), { name: 'ArchiveError', message })
  t.deepEqual(target.appends, [])
})

test('a log that has all of the archive and goes on stays as it is', async (t) => {
  for (const kind of ['whole', 'compacted'] as const) {
    const target = new InMemoryTarget(3)
    const placed = [filler(0), ...logRecords(1, 4).map(place)]
    target.records = [...placed, ...logRecords(4, 9)]
    await target.restore(placed, { kind })
    t.deepEqual(target.appends, [])
    t.is(target.end, 9)
    await target.restore([], { kind })
    t.deepEqual(target.appends, [])
  }
})

test('a log that goes on behind something else than the archive is refused', async (t) => {
  for (const kind of ['whole', 'compacted'] as const) {
    const target = new InMemoryTarget(3)
    target.records = [...logRecords(0, 9)].with(3, logRecord(3, { key: Buffer.from('another') }))
    const restored = target.restore(logRecords(0, 4).map(place), { kind })
    await t.throwsAsync(restored, { name: 'ArchiveError', message: /something else at offset 3/ })
    t.deepEqual(target.appends, [])
  }
})

test('a record that is missing in the middle is found, except where records are compacted', async (t) => {
  for (const kind of ['whole', 'compacted'] as const) {
    const target = new InMemoryTarget()
    const placed = logRecords(0, 8).map(place)
    target.records = placed.slice(0, 5).filter(({ offset }) => offset !== 2)
    const restored = target.restore(placed, { kind })
    if (kind === 'compacted') {
      await restored
      t.deepEqual(target.records.map(plain), placed.filter(({ offset }) => offset !== 2).map(plain))
    } else await t.throwsAsync(restored, { name: 'ArchiveError', message: /something else at offset 2/ })
  }
})

test('fillers that are gone already are not missed', async (t) => {
  for (const kind of ['whole', 'compacted'] as const) {
    const target = new InMemoryTarget()
    const placed = [filler(0), filler(1), ...logRecords(2, 4).map(place), filler(4), ...logRecords(5, 7).map(place)]
    target.records = placed.slice(1, 4)
    await target.restore(placed, { kind })
    t.deepEqual(target.records.map(plain), placed.slice(1).map(plain))
  }
})

test('a batch that another writer came before is found, and nothing more is appended', async (t) => {
  const target = new InMemoryTarget()
  const placed = large(0, 6)
  target.answer = (_, number) => {
    if (number === 1) target.records.push(logRecord(2, { key: Buffer.from('of another writer') }))
    return 'appended'
  }
  const message = /^the record at offset 2 of memory.commands partition 3 was put at offset 3/
  await t.throwsAsync(target.restore(placed), { name: 'ArchiveError', message })
  t.is(target.appends.length, 2)
  await t.throwsAsync(target.restore(placed), { name: 'ArchiveError', message: /something else at offset 2/ })
  t.is(target.appends.length, 2)
})

test('records whose headers are the most of them come in batches that a broker takes', async (t) => {
  const target = new InMemoryTarget()
  const headers = { traceparent: '0'.repeat(400) }
  const placed = logRecords(0, 12_000, { headers, key: NOTHING, value: Buffer.alloc(64) }).map(place)
  await t.notThrowsAsync(target.restore(placed))
})

test('records that a broker acknowledged and does not have are missed when they are read back', async (t) => {
  const target = new InMemoryTarget()
  const placed = logRecords(0, 8).map(place)
  const reader = {
    read: async (_: number, from: number) => target.records.filter(({ offset }) => offset >= from && offset < 6),
    start: async () => 0,
    end: async () => Math.min(6, target.end),
  }
  await t.throwsAsync(target.restore(placed, { reader }), { name: 'ArchiveError' })
})

test('a log that begins behind what the archive has is refused', async (t) => {
  const target = new InMemoryTarget()
  const placed = logRecords(0, 8).map(place)
  target.start = 3
  target.records = placed.slice(3)
  await t.throwsAsync(target.restore(placed), { name: 'ArchiveError' })
})
