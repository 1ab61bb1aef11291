import test from 'ava'
import { Registry } from 'prom-client'
import type { ClusterParts } from '../../../infra/cluster/cluster-parts.ts'
import { clusterProbes } from '../../../infra/cluster/cluster-probes.ts'
import type { FoldReports } from '../../../infra/cluster/fold-reports.ts'
import type { LogGuard } from '../../../infra/cluster/log-guard.ts'
import type { RegistryClient } from '../../../infra/registry/registry-client.ts'
import { STANDSTILL_MS } from '../../../infra/telemetry/fold-standstill.ts'
import { createPipelineMetrics } from '../../../infra/telemetry/pipeline-metrics.ts'

test('a log that answers and whose keys cannot be read is not healthy', async (t) => {
  let trouble: Error | null = null
  const parts = { heads: { refresh: async () => undefined }, keyStore: { progress: () => ({ trouble }) } }
  const probes = clusterProbes(
    parts as unknown as ClusterParts,
    {} as RegistryClient,
    {} as FoldReports,
    {} as LogGuard,
    null,
    { standing: () => null },
  )
  await t.notThrowsAsync(async () => probes.kafka(new AbortController().signal))
  trouble = new Error('memory.keys ends before offset 7')
  await t.throwsAsync(async () => probes.kafka(new AbortController().signal), {
    message: 'memory.keys ends before offset 7',
  })
})

test('a fold that nobody moves is not healthy, however little it has to fold; one that moves is, and one that begins', async (t) => {
  let [now, head, folded] = [1_000_000, 2, -1]
  const progress = { lag: () => head - folded }
  const pipeline = createPipelineMetrics(
    new Registry(),
    (partition) => (partition === 3 ? head : -1),
    () => now,
  )
  pipeline.followStore('long-term', () => 'long-term-1', {
    position: (partition) => ({ offset: partition === 3 ? folded : -1, knownTime: 0 }),
    halted: () => 0,
  })
  const probes = clusterProbes(
    { progress } as unknown as ClusterParts,
    {} as RegistryClient,
    { trouble: null } as FoldReports,
    { trouble: null } as LogGuard,
    null,
    pipeline,
  )
  const fold = async () => probes.fold(new AbortController().signal)
  await t.notThrowsAsync(fold)
  now += STANDSTILL_MS - 1
  await t.notThrowsAsync(fold)
  now += 1
  const error = await t.throwsAsync(fold, { message: 'partition 3: long-term-1 has not moved for 60 s' })
  t.like(error, { fault: 'behind', facts: { partition: 3 } })
  folded = 0
  await t.notThrowsAsync(fold)
  folded = head
  now += 24 * 3_600_000
  await t.notThrowsAsync(fold)
  head += 1
  await t.notThrowsAsync(fold, 'an idle day is no standstill')
})
