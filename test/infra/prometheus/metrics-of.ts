import { Registry } from 'prom-client'
import { createArchiveMetrics } from '../../../infra/archive/archive-metrics.ts'
import { createEmbedderMetrics } from '../../../infra/telemetry/embedder-metrics.ts'
import { createMemoryLimitMetric } from '../../../infra/telemetry/memory-limit-metric.ts'
import { createPipelineMetrics } from '../../../infra/telemetry/pipeline-metrics.ts'
import { identity } from '../../support/embedded.ts'
import { post } from '../../support/http-client.ts'
import { tokenOf } from '../../support/signed-in.ts'

/** The metrics of a server that takes the tokens of `tokenOf`, when every route has been asked that a rule names. */
export async function metricsOfServer(url: string): Promise<string> {
  const authorization = `Bearer ${await tokenOf(identity)}`
  await post(`${url}/remember`, { content: 'Rules name what is emitted.' }, { authorization, prefer: 'wait=10' })
  await post(`${url}/recall`, { query: 'rules' }, { authorization })
  await post(`${url}/recall`, { query: 'rules' }, { authorization: 'Bearer nobody' })
  const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`, { headers: { authorization } })).text()
  for (const probe of ['/health', '/live', '/ready', '/startup']) await fetch(`${url}${probe}`)
  await metrics()
  return metrics()
}

/** What such a server has no use for: of an embedder, a rebuild in a cluster, a limit of memory, an archive. */
export function metricsOfTheRest(): Promise<string> {
  const registry = new Registry()
  createEmbedderMetrics(registry)
  createMemoryLimitMetric(registry, () => 1)
  const archivedAt = new Date().toISOString()
  createArchiveMetrics(registry).archivedAt({ log: archivedAt, schemas: archivedAt, tables: archivedAt })
  const pipeline = createPipelineMetrics(
    registry,
    () => 0,
    () => 0,
  )
  pipeline.rebuilds(new Map([[2, 0.5]]))
  return registry.metrics()
}
