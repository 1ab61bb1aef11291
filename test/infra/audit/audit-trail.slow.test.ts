import { readdirSync } from 'node:fs'
import test from 'ava'
import type { AuditOperation } from '../../../domain/audit/audit-operation.ts'
import { createAuditTrail } from '../../../infra/audit/audit-trail.ts'
import type { AuditWriter } from '../../../infra/audit/audit-writer.ts'
import { AuditSpill } from '../../../infra/sqlite/audit/audit-spill.ts'
import { createAuditMetrics } from '../../../infra/telemetry/audit-metrics.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import { createMetrics } from '../../../infra/telemetry/metrics.ts'
import { operation } from '../../support/audited-operation.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

/** A log that takes what it is given, or does not, or never says. */
class ScriptedLog implements AuditWriter {
  readonly taken: AuditOperation[] = []
  mode: 'takes' | 'refuses' | 'is silent' = 'takes'
  #silent: Array<() => void> = []

  async append(operations: readonly AuditOperation[]): Promise<void> {
    if (this.mode === 'refuses') throw new Error('the log is away')
    if (this.mode === 'is silent') await new Promise<void>((resolve) => this.#silent.push(resolve))
    this.taken.push(...operations)
  }

  speak(): void {
    this.mode = 'takes'
    for (const resolve of this.#silent) resolve()
    this.#silent = []
  }

  get requests(): readonly string[] {
    return this.taken.map(({ requestId }) => requestId)
  }
}

function trailOver(log: () => AuditWriter | null, folder: string, spill = new AuditSpill(folder)) {
  const { registry } = createMetrics({ processMetrics: false })
  const logger = createLogger({ level: 'silent' })
  const trail = createAuditTrail({ writer: log, spill, metrics: createAuditMetrics(registry), logger })
  const counted = async (outcome: string): Promise<number> => {
    const values = (await registry.getSingleMetric('somabrain_audit_entries_total')?.get())?.values ?? []
    return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0
  }
  return { ...trail, record: trail.record.bind(trail), close: () => trail.close(), counted }
}

const filesIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.db'))

test('what is recorded comes into the log in order, once, with ids of its own', async (t) => {
  const log = new ScriptedLog()
  const folder = temporaryFolder(t)
  const trail = trailOver(() => log, folder)
  for (let i = 0; i < 100; i++) trail.record(operation({ requestId: `r-${i}` }))
  await trail.close()
  t.deepEqual(
    log.requests,
    Array.from({ length: 100 }, (_, i) => `r-${i}`),
  )
  t.is(new Set(log.taken.map(({ id }) => id)).size, 100)
  t.deepEqual(filesIn(folder), [])
})

test('refusals that repeat are counted, and what was answered never is', async (t) => {
  const log = new ScriptedLog()
  const trail = trailOver(() => log, temporaryFolder(t))
  for (let i = 0; i < 50; i++) {
    trail.record(operation({ status: 429, code: 'rate_limited' }))
    trail.record(operation({ status: 200, code: null }))
  }
  trail.record(operation({ status: 429, code: 'rate_limited', principal: 'another' }))
  await trail.close()
  const refused = log.taken.filter(({ code }) => code !== null)
  t.deepEqual(
    refused.map(({ principal, times }) => [principal, times]),
    [
      ['tester', 50],
      ['another', 1],
    ],
  )
  t.is(log.taken.length, 52)
})

test('what the log does not take waits on disk, comes into it later in order, and leaves no file', async (t) => {
  const log = new ScriptedLog()
  const folder = temporaryFolder(t)
  const trail = trailOver(() => log, folder)
  log.mode = 'refuses'
  for (let i = 0; i < 5; i++) trail.record(operation({ requestId: `r-${i}` }))
  await eventually(async () => {
    if ((await trail.counted('spilled')) < 5) throw new Error('not on disk yet')
  })
  for (let i = 5; i < 10; i++) trail.record(operation({ requestId: `r-${i}` }))
  await eventually(async () => {
    if ((await trail.counted('spilled')) < 10) throw new Error('not on disk yet')
  })
  t.is(filesIn(folder).length, 1)
  log.mode = 'takes'
  await eventually(() => {
    if (log.taken.length < 10) throw new Error('not shipped yet')
  })
  t.deepEqual(
    log.requests,
    Array.from({ length: 10 }, (_, i) => `r-${i}`),
  )
  t.deepEqual(filesIn(folder), [])
  t.is(await trail.counted('logged'), 10)
  t.is(await trail.counted('lost'), 0)
  await trail.close()
})

test('a log that says nothing leaves a copy on disk, and one that answers late takes it away', async (t) => {
  const log = new ScriptedLog()
  const folder = temporaryFolder(t)
  const trail = trailOver(() => log, folder)
  log.mode = 'is silent'
  trail.record(operation({ requestId: 'r-1' }))
  await eventually(async () => {
    if ((await trail.counted('spilled')) < 1) throw new Error('not on disk yet')
  })
  log.speak()
  await eventually(() => {
    if (filesIn(folder).length > 0) throw new Error('still there')
  })
  t.deepEqual(log.requests, ['r-1'])
  await trail.close()
})

test('what a process left on disk is brought in by the next one, and not while the first one lives', async (t) => {
  const folder = temporaryFolder(t)
  const log = new ScriptedLog()
  const first = new AuditSpill(folder)
  first.add([{ id: '0198f0de-3b5a-8c1d-9e2f-4a6b8c0d2e4f', times: 1, ...operation({ requestId: 'left' }) }])
  const second = trailOver(() => log, folder)
  await second.close()
  t.deepEqual(log.requests, [])
  t.is(filesIn(folder).length, 1)
  first.close()
  const third = trailOver(() => log, folder)
  await eventually(() => {
    if (log.taken.length < 1) throw new Error('not shipped yet')
  })
  await third.close()
  t.deepEqual(log.requests, ['left'])
  t.deepEqual(filesIn(folder), [])
})

test('a disk that takes nothing either is counted as a loss and fails nobody', async (t) => {
  const spill = new AuditSpill('/dev/null/nowhere')
  const trail = trailOver(() => null, temporaryFolder(t), spill)
  t.notThrows(() => trail.record(operation()))
  await eventually(async () => {
    if ((await trail.counted('lost')) < 1) throw new Error('not counted yet')
  })
  await trail.close()
})
