import test from 'ava'
import { Registry } from 'prom-client'
import { FoldReports } from '../../../infra/cluster/fold-reports.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import { createPipelineMetrics } from '../../../infra/telemetry/pipeline-metrics.ts'
import type { LogReader } from '../../../projections/ports/log-reader.ts'
import { Projector } from '../../../projections/projector.ts'

test('a fold of another topic whose store was written by another hand stands still, and health is told where', async (t) => {
  const checkpoint = { foldVersion: 1, generation: 'g', offset: -1, lastCommandId: null, knownTime: 0 }
  const record = { partition: 2, offset: 0, timestamp: 0, key: Buffer.alloc(0), value: Buffer.alloc(0), headers: {} }
  const log: LogReader = { read: async () => [record], end: async () => 1 }
  const reports = new FoldReports(
    createPipelineMetrics(
      new Registry(),
      () => 0,
      () => 0,
    ),
    createLogger({ level: 'silent' }),
  )
  const projector = new Projector(
    {
      name: 'audit-audit.operations',
      checkpoint: async () => checkpoint,
      fold: async () => ({ outcome: 'foreign-row', checkpoint, offset: 6 }),
      commandIdOf: () => null,
    },
    log,
    reports.eventsOf('audit-operations'),
    { batch: { records: 1, bytes: 1 }, retryDelayMs: 1, pause: async () => undefined },
  )
  reports.watchStops('audit-operations', projector)
  await projector.take(2)
  t.is(reports.trouble, null)
  t.is((await projector.catchUp(2)).name, 'stopped')
  t.is(reports.trouble?.partition, 2)
  t.regex(reports.trouble?.reason ?? '', /^audit-operations: .* row of offset 6 .* up to -1/)
})
