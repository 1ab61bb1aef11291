import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import type { AppendResult } from '../../commands/ports/log-writer.ts'
import { propertyRuns } from '../support/property-runs.ts'
import { type LogAdapter, NO_LIMIT, newRecord, type OpenLog, textsFrom } from './log-adapter.ts'

/** What every {@link LogWriter} promises. */
export function testLogWriter(adapter: LogAdapter): void {
  const withLog = (run: (t: ExecutionContext, log: OpenLog) => Promise<void>) => async (t: ExecutionContext) => {
    const log = await adapter.open()
    try {
      await run(t, log)
    } finally {
      await log.close()
    }
  }

  test(`${adapter.name}: a record is read back as it was appended, at the offset that was answered`, withLog(readsBack))
  test(
    `${adapter.name}: results come in the order of the records, offsets grow within a partition`,
    withLog(keepsOrder),
  )
  test(`${adapter.name}: appending nothing answers nothing`, withLog(appendsNothing))
  test(`${adapter.name}: all partitions of a log have one generation`, withLog(namesGeneration))
  test(`${adapter.name}: any cut into appends gives each partition its records in order`, withLog(anyCut))
}

async function readsBack(t: ExecutionContext, { writer, reader }: OpenLog): Promise<void> {
  const records = [
    newRecord(0, 'plain'),
    newRecord(1, '', { key: new Uint8Array(), headers: {}, timestamp: 0 }),
    newRecord(2, 'grüße 🙂', { headers: { subject: 'grüße 🙂', 'x-"quoted"': '\\"', empty: '' } }),
    newRecord(3, 'x'.repeat(900_000), { timestamp: 1_760_000_000_123 }),
  ]
  const results = await writer.append(records)
  for (const [i, record] of records.entries()) {
    const offset = offsetOf(results[i])
    const [found] = await reader.read(record.partition, offset, NO_LIMIT)
    t.is(found?.offset, offset)
    t.is(found?.partition, record.partition)
    t.is(found?.timestamp, record.timestamp)
    t.deepEqual(found?.headers, record.headers)
    t.deepEqual(Buffer.from(found?.key ?? []), Buffer.from(record.key))
    t.deepEqual(Buffer.from(found?.value ?? []), Buffer.from(record.value))
  }
}

async function keepsOrder(t: ExecutionContext, { writer, reader }: OpenLog): Promise<void> {
  const starts = [await reader.end(0), await reader.end(1)]
  const records = Array.from({ length: 200 }, (_, i) => newRecord(i % 3 === 0 ? 1 : 0, `record ${i}`))
  const results = [...(await writer.append(records.slice(0, 77))), ...(await writer.append(records.slice(77)))]
  t.is(results.length, records.length)
  for (const partition of [0, 1]) {
    const own = results.filter((_, i) => records[i]?.partition === partition).map(offsetOf)
    t.deepEqual(
      own,
      own.toSorted((a, b) => a - b),
    )
    t.is(new Set(own).size, own.length)
    const texts = records.filter((record) => record.partition === partition).map(({ value }) => String(value))
    t.deepEqual(await textsFrom(reader, partition, starts[partition]!), texts)
  }
}

async function appendsNothing(t: ExecutionContext, { writer, reader }: OpenLog): Promise<void> {
  const end = await reader.end(0)
  t.deepEqual(await writer.append([]), [])
  t.is(await reader.end(0), end)
}

async function namesGeneration(t: ExecutionContext, { writer }: OpenLog): Promise<void> {
  const results = await writer.append([0, 1, 2, 3].map((partition) => newRecord(partition, 'x')))
  const generations = results.map((result) => (result.status === 'appended' ? result.generation : null))
  t.is(new Set(generations).size, 1)
  t.regex(generations[0] ?? '', /^[0-9a-f]{16}$/)
}

async function anyCut(t: ExecutionContext, { writer, reader }: OpenLog): Promise<void> {
  const record = fc.record({ partition: fc.nat(3), text: fc.string({ maxLength: 40 }) })
  const appends = fc.array(fc.array(record, { maxLength: 12 }), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(appends, async (cut) => {
      const starts = await Promise.all([0, 1, 2, 3].map((partition) => reader.end(partition)))
      for (const batch of cut) {
        const results = await writer.append(batch.map(({ partition, text }) => newRecord(partition, text)))
        t.true(results.every((result) => result.status === 'appended'))
      }
      for (const [partition, start] of starts.entries()) {
        const expected = cut.flat().filter((item) => item.partition === partition)
        t.deepEqual(
          await textsFrom(reader, partition, start),
          expected.map(({ text }) => Buffer.from(text).toString()),
        )
      }
    }),
    { numRuns: propertyRuns(25) },
  )
}

function offsetOf(result: AppendResult | undefined): number {
  if (result?.status !== 'appended') throw new Error(`the record is ${result?.status ?? 'without a result'}`)
  return result.offset
}
