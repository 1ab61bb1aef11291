import test from 'ava'
import {
  type AuditRetentionDeps,
  startAuditRetention,
  type TrimOnce,
  type TrimRequest,
} from '../../../infra/audit/audit-retention.ts'
import type { GatheredOperation } from '../../../infra/audit/operation-gatherer.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import { TestClock } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'

const DAY_MS = 86_400_000

/** A retention of two days that looks as often as it can, over a trim that answers as the test says. */
function looking(answers: ReadonlyArray<Awaited<ReturnType<TrimOnce>> | Error>) {
  const clock = new TestClock()
  const asked: TrimRequest[] = []
  const counted: string[] = []
  const recorded: GatheredOperation[] = []
  const deps: AuditRetentionDeps = {
    days: 2,
    clock: clock.now,
    async trim(request) {
      asked.push(request)
      const answer = answers[asked.length - 1] ?? null
      if (answer instanceof Error) throw answer
      return answer
    },
    record: (operation) => recorded.push(operation),
    metrics: { trimmed: (records) => counted.push(`trimmed ${records}`), broke: () => counted.push('broke') },
    logger: createLogger({ level: 'silent' }),
    firstLookMs: 0,
    lookEveryMs: 1,
  }
  const counts = (least: number): Promise<void> =>
    eventually(() => {
      if (counted.length < least) throw new Error(`counted ${counted.length} times`)
    })
  const asks = (least: number): Promise<void> =>
    eventually(() => {
      if (asked.length < least) throw new Error(`asked ${asked.length} times`)
    })
  return { ...startAuditRetention(deps), asked, counted, recorded, clock, counts, asks }
}

const trimmed = (records: number) =>
  ({
    outcome: 'trimmed',
    trimmed: [{ topic: 'audit.operations', partition: 0, offset: records - 1, records }],
  }) as const

test('it trims once a UTC day, and says so in the audit', async (t) => {
  const retention = looking([trimmed(7), { outcome: 'nothing-due' }])
  t.teardown(() => retention.close())
  await retention.asks(1)
  const { before, now } = retention.asked[0]!
  t.is(before, Date.UTC(2026, 10, 19))
  t.is(now, Date.UTC(2026, 10, 21))
  await retention.counts(1)
  t.deepEqual(retention.counted, ['trimmed 7'])
  t.like(retention.recorded[0]!, {
    action: 'administration',
    method: 'SERVER',
    route: 'audit trim',
    code: null,
    at: now,
  })
  retention.clock.advance(DAY_MS)
  await retention.asks(2)
  t.is(retention.asked[1]?.before, before + DAY_MS)
  await retention.close()
  t.is(retention.asked.length, 2)
  t.is(retention.recorded.length, 1)
})

test('what fails, or another process is at, is tried again the same day', async (t) => {
  const retention = looking([new Error('the log is away'), null, trimmed(1)])
  t.teardown(() => retention.close())
  await retention.counts(1)
  t.deepEqual(retention.counted, ['trimmed 1'])
  t.deepEqual(new Set(retention.asked.map(({ before }) => before)).size, 1)
})

test('an audit that does not verify is an alarm, said in the audit, and not looked at again that day', async (t) => {
  const finding = { kind: 'altered', topic: 'audit.operations', partition: 0, offset: 3, detail: '' } as const
  const retention = looking([{ outcome: 'unsound', findings: [finding] }, trimmed(1)])
  t.teardown(() => retention.close())
  await retention.counts(1)
  t.deepEqual(retention.counted, ['broke'])
  t.like(retention.recorded[0]!, { route: 'audit trim', code: 'unsound' })
  retention.clock.advance(DAY_MS)
  await retention.counts(2)
  t.deepEqual(retention.counted, ['broke', 'trimmed 1'])
  t.is(retention.asked.length, 2)
})

test('closing tells a trim that is under way, and waits for it', async (t) => {
  let ended = false
  const begun = Promise.withResolvers<void>()
  const retention = startAuditRetention({
    days: 1,
    clock: () => 0,
    trim: ({ signal }) =>
      new Promise((_resolve, reject) => {
        begun.resolve()
        signal.addEventListener('abort', () => {
          ended = true
          reject(signal.reason)
        })
      }),
    record: () => t.fail(),
    metrics: { trimmed: () => t.fail(), broke: () => t.fail() },
    logger: createLogger({ level: 'silent' }),
    firstLookMs: 0,
  })
  await begun.promise
  await retention.close()
  t.true(ended)
})
