import test from 'ava'
import { Appender, defaultAppenderOptions } from '../../commands/appender.ts'
import type { AppendResult, LogWriter, NewRecord } from '../../commands/ports/log-writer.ts'
import { ProblemError } from '../../domain/problem.ts'

const record = (bytes = 10): NewRecord => ({
  partition: 0,
  key: new Uint8Array(0),
  value: new Uint8Array(bytes),
  headers: {},
  timestamp: 0,
})

/** A log that answers when it is told to. */
function slowLog() {
  const batches: Array<{ readonly records: readonly NewRecord[]; answer(): void }> = []
  let offset = 0
  const writer: LogWriter = {
    append: (records) =>
      new Promise<readonly AppendResult[]>((resolve) => {
        batches.push({
          records,
          answer: () => resolve(records.map(() => ({ status: 'appended', generation: 'g', offset: offset++ }))),
        })
      }),
  }
  return { writer, batches }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Until the log was asked for so many appends. */
async function sent(batches: readonly unknown[], count: number): Promise<void> {
  while (batches.length < count) await turn()
}

test('what waits while an append is under way goes together with the next one', async (t) => {
  const { writer, batches } = slowLog()
  const appender = new Appender(writer)
  const first = appender.append(record())
  await turn()
  const rest = Array.from({ length: 5 }, () => appender.append(record()))
  await turn()
  t.deepEqual(
    batches.map(({ records }) => records.length),
    [1],
  )
  batches[0]!.answer()
  await first
  await sent(batches, 2)
  t.is(batches[1]!.records.length, 5)
  batches[1]!.answer()
  const offsets = (await Promise.all(rest)).map((result) => (result.status === 'appended' ? result.offset : -1))
  t.deepEqual(offsets, [1, 2, 3, 4, 5])
})

test('an append is cut by count and by size, and one large record still goes', async (t) => {
  const { writer, batches } = slowLog()
  const appender = new Appender(writer, { ...defaultAppenderOptions, maxBatchRecords: 3, maxBatchBytes: 100 })
  const pending = [10, 10, 10, 10, 95, 500].map((bytes) => appender.append(record(bytes)))
  for (let i = 0; i < 4; i++) {
    await sent(batches, i + 1)
    batches[i]!.answer()
  }
  await Promise.all(pending)
  t.deepEqual(
    batches.map(({ records }) => records.map(({ value }) => value.length)),
    [[10, 10, 10], [10], [95], [500]],
  )
})

test('a log that does not answer leaves what was sent unknown, and what was not sent unwritten', async (t) => {
  const { writer } = slowLog()
  const appender = new Appender(writer, { ...defaultAppenderOptions, answerTimeoutMs: 30 })
  const sent = appender.append(record())
  await turn()
  const waiting = appender.append(record())
  t.is((await sent).status, 'unknown')
  t.is((await waiting).status, 'not-written')
  t.is(appender.waitingBytes, 0)
})

test('more than may wait is refused before anything of it is sent', async (t) => {
  const { writer, batches } = slowLog()
  const appender = new Appender(writer, { ...defaultAppenderOptions, maxWaitingBytes: 25 })
  const accepted = [appender.append(record()), appender.append(record())]
  const error = t.throws(() => appender.append(record()), { instanceOf: ProblemError })
  t.is(error?.problem.code, 'overloaded')
  await turn()
  batches[0]!.answer()
  await Promise.all(accepted)
  const next = appender.append(record())
  await sent(batches, 2)
  batches[1]!.answer()
  t.is((await next).status, 'appended')
})

test('closing settles what was accepted and refuses what is new', async (t) => {
  const { writer, batches } = slowLog()
  const appender = new Appender(writer)
  const accepted = appender.append(record())
  const closed = appender.close()
  const error = t.throws(() => appender.append(record()), { instanceOf: ProblemError })
  t.is(error?.problem.code, 'shutting_down')
  await turn()
  batches[0]!.answer()
  t.is((await accepted).status, 'appended')
  await closed
})

test('callers whom one append answered go together with those who waited meanwhile', async (t) => {
  const { writer, batches } = slowLog()
  const appender = new Appender(writer, { ...defaultAppenderOptions, gatherMs: 60_000 })
  const first = [appender.append(record()), appender.append(record())]
  await sent(batches, 1)
  const waiting = appender.append(record())
  batches[0]!.answer()
  await Promise.all(first)
  for (let i = 0; i < 20; i++) await turn()
  t.is(batches.length, 1)
  const again = [appender.append(record()), appender.append(record())]
  await sent(batches, 2)
  t.is(batches[1]!.records.length, 3)
  batches[1]!.answer()
  await Promise.all([waiting, ...again])
})

test('when nobody comes back, what waits goes all the same, and a lone caller does not wait at all', async (t) => {
  const { writer, batches } = slowLog()
  const appender = new Appender(writer, { ...defaultAppenderOptions, gatherMs: 5 })
  const first = [appender.append(record()), appender.append(record())]
  await sent(batches, 1)
  batches[0]!.answer()
  await Promise.all(first)
  const lone = appender.append(record())
  await sent(batches, 2)
  batches[1]!.answer()
  await lone
  const next = appender.append(record())
  for (let i = 0; i < 3; i++) await turn()
  t.is(batches.length, 3)
  batches[2]!.answer()
  t.is((await next).status, 'appended')
})

test('records that go in together are answered in order, over as many appends as they take', async (t) => {
  const { writer, batches } = slowLog()
  const appender = new Appender(writer, { ...defaultAppenderOptions, maxBatchRecords: 2 })
  const all = appender.appendAll([record(), record(), record(), record(), record()])
  for (let i = 0; i < 3; i++) {
    await sent(batches, i + 1)
    batches[i]!.answer()
  }
  t.deepEqual(
    (await all).map((result) => (result.status === 'appended' ? result.offset : -1)),
    [0, 1, 2, 3, 4],
  )
  t.deepEqual(await appender.appendAll([]), [])
})
