import test from 'ava'
import type { ClusterParts } from '../../../infra/cluster/cluster-parts.ts'
import { clusterProbes } from '../../../infra/cluster/cluster-probes.ts'
import type { FoldReports } from '../../../infra/cluster/fold-reports.ts'
import type { LogGuard } from '../../../infra/cluster/log-guard.ts'
import type { RegistryClient } from '../../../infra/registry/registry-client.ts'

test('a log that answers and whose keys cannot be read is not healthy', async (t) => {
  let trouble: Error | null = null
  const parts = { heads: { refresh: async () => undefined }, keyStore: { progress: () => ({ trouble }) } }
  const probes = clusterProbes(
    parts as unknown as ClusterParts,
    {} as RegistryClient,
    {} as FoldReports,
    {} as LogGuard,
    null,
  )
  await t.notThrowsAsync(async () => probes.kafka(new AbortController().signal))
  trouble = new Error('memory.keys ends before offset 7')
  await t.throwsAsync(async () => probes.kafka(new AbortController().signal), {
    message: /the data keys could not be read: memory.keys ends/,
  })
})
