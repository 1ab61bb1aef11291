import { mock } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import type { AuditOperation } from '../../../domain/audit/audit-operation.ts'
import { createAuditTrail, type SpillStore } from '../../../infra/audit/audit-trail.ts'
import { createAuditMetrics } from '../../../infra/telemetry/audit-metrics.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import { createMetrics } from '../../../infra/telemetry/metrics.ts'
import { operation } from '../../support/audited-operation.ts'

/** A disk that counts how often it is written to. */
class CountingSpill implements SpillStore {
  readonly added: Array<readonly string[]> = []
  #held: readonly AuditOperation[] = []

  add(operations: readonly AuditOperation[]): void {
    this.added.push(operations.map(({ requestId }) => requestId))
    this.#held = [...this.#held, ...operations]
  }
  fails = false
  count(): number {
    if (this.fails) throw new Error('disk I/O error')
    return this.#held.length
  }
  oldest = (limit: number): readonly AuditOperation[] => this.#held.slice(0, limit)
  remove(operations: readonly AuditOperation[]): void {
    this.#held = this.#held.filter((held) => operations.every(({ id }) => id !== held.id))
  }
  adopt(): void {}
  close(): void {}
}

/** A trail over a log that answers when the test says so, under a clock that the test turns. */
function paced(t: ExecutionContext) {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  t.teardown(() => mock.timers.reset())
  const appends: Array<{ readonly requests: readonly string[]; answer(): void }> = []
  const spill = new CountingSpill()
  const trail = createAuditTrail({
    writer: () => ({
      append: (operations) =>
        new Promise((answer) => appends.push({ requests: operations.map(({ requestId }) => requestId), answer })),
    }),
    spill,
    metrics: createAuditMetrics(createMetrics({ processMetrics: false }).registry),
    logger: createLogger({ level: 'silent' }),
  })
  return {
    appends,
    spill,
    record: (requestId: string) => trail.record(operation({ requestId })),
    async pass(ms: number) {
      mock.timers.tick(ms)
      await turn()
    },
  }
}

test.serial(
  'a disk that fails when it is counted neither ends the process nor keeps what is audited from the log',
  async (t) => {
    const { appends, spill, record, pass } = paced(t)
    spill.fails = true
    record('a')
    await pass(20)
    // It is looked at again by itself.
    await pass(500)
    t.deepEqual(
      appends.map(({ requests }) => requests),
      [['a']],
    )
  },
)

test.serial('what comes while an append is under way goes with the next one, and not to disk', async (t) => {
  const { appends, spill, record, pass } = paced(t)
  record('a')
  await pass(20)
  record('b')
  await pass(20)
  record('c')
  await pass(20)
  t.deepEqual(
    appends.map(({ requests }) => requests),
    [['a']],
  )
  appends[0]!.answer()
  await pass(0)
  t.deepEqual(appends[1]?.requests, ['b', 'c'])
  t.deepEqual(spill.added, [])
})

test.serial('an append that takes long is put on disk with what waits behind it, and so is what follows', async (t) => {
  const { appends, spill, record, pass } = paced(t)
  record('a')
  await pass(20)
  record('b')
  await pass(100)
  t.deepEqual(spill.added, [])
  await pass(150)
  t.deepEqual(spill.added, [['a'], ['b']])
  record('c')
  await pass(20)
  t.deepEqual(spill.added.at(-1), ['c'])
  appends[0]!.answer()
  await pass(0)
  await pass(500)
  t.deepEqual(appends[1]?.requests, ['b', 'c'])
  appends[1]!.answer()
  await pass(0)
  record('d')
  await pass(20)
  t.deepEqual(appends[2]?.requests, ['d'])
  t.is(spill.count(), 0)
})
