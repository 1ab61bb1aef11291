import test, { type ExecutionContext } from 'ava'
import { type LogAdapter, NO_LIMIT, newRecord, type OpenLog } from './log-adapter.ts'

/** What every {@link LogReader} promises. */
export function testLogReader(adapter: LogAdapter): void {
  const withLog = (run: (t: ExecutionContext, log: OpenLog, start: number) => Promise<void>) => {
    return async (t: ExecutionContext) => {
      const log = await adapter.open()
      try {
        const start = await log.reader.end(0)
        await log.writer.append(Array.from({ length: 10 }, (_, i) => newRecord(0, `value ${i}`)))
        await run(t, log, start)
      } finally {
        await log.close()
      }
    }
  }

  test(`${adapter.name}: the end is the offset that the next record gets`, withLog(endIsNext))
  test(`${adapter.name}: reading at the end finds nothing, and the next record once it is there`, withLog(readsOn))
  test(`${adapter.name}: no more records come than the limit allows`, withLog(limitsRecords))
  test(`${adapter.name}: bytes are limited, but one record always comes`, withLog(limitsBytes))
  test(`${adapter.name}: reading page by page finds every record once`, withLog(pages))
  test(`${adapter.name}: partitions are apart`, withLog(partitionsApart))
}

async function endIsNext(t: ExecutionContext, { writer, reader }: OpenLog): Promise<void> {
  const end = await reader.end(0)
  const [result] = await writer.append([newRecord(0, 'next')])
  t.is(result?.status === 'appended' ? result.offset : null, end)
  t.true((await reader.end(0)) > end)
}

async function readsOn(t: ExecutionContext, { writer, reader }: OpenLog): Promise<void> {
  const end = await reader.end(0)
  t.deepEqual(await reader.read(0, end, NO_LIMIT), [])
  await writer.append([newRecord(0, 'later')])
  const records = await reader.read(0, end, NO_LIMIT)
  t.deepEqual(
    records.map(({ value }) => Buffer.from(value).toString()),
    ['later'],
  )
}

async function limitsRecords(t: ExecutionContext, { reader }: OpenLog, start: number): Promise<void> {
  const records = await reader.read(0, start, { ...NO_LIMIT, records: 3 })
  t.deepEqual(
    records.map(({ value }) => Buffer.from(value).toString()),
    ['value 0', 'value 1', 'value 2'],
  )
}

async function limitsBytes(t: ExecutionContext, { reader }: OpenLog, start: number): Promise<void> {
  const [first] = await reader.read(0, start, { ...NO_LIMIT, records: 1 })
  const size = (first?.key.length ?? 0) + (first?.value.length ?? 0)
  t.is((await reader.read(0, start, { ...NO_LIMIT, bytes: 1 })).length, 1)
  t.is((await reader.read(0, start, { ...NO_LIMIT, bytes: 2 * size })).length, 2)
  t.is((await reader.read(0, start, { ...NO_LIMIT, bytes: 3 * size - 1 })).length, 2)
}

async function pages(t: ExecutionContext, { writer, reader }: OpenLog, start: number): Promise<void> {
  await writer.append(Array.from({ length: 1_500 }, (_, i) => newRecord(0, `value ${10 + i}`)))
  const texts: string[] = []
  for (let from = start; ; ) {
    const page = await reader.read(0, from, { ...NO_LIMIT, records: 700 })
    const last = page.at(-1)
    if (last === undefined) break
    texts.push(...page.map(({ value }) => Buffer.from(value).toString()))
    from = last.offset + 1
  }
  t.deepEqual(
    texts,
    Array.from({ length: 1_510 }, (_, i) => `value ${i}`),
  )
}

async function partitionsApart(t: ExecutionContext, { writer, reader }: OpenLog, start: number): Promise<void> {
  const end = await reader.end(1)
  await writer.append([newRecord(1, 'other')])
  const other = await reader.read(1, end, NO_LIMIT)
  t.deepEqual(
    other.map(({ value }) => Buffer.from(value).toString()),
    ['other'],
  )
  t.is((await reader.read(0, start, NO_LIMIT)).length, 10)
}
