import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { Registry } from 'prom-client'
import { createEmbedderMetrics } from '../../../infra/telemetry/embedder-metrics.ts'
import { createMemoryLimitMetric } from '../../../infra/telemetry/memory-limit-metric.ts'
import { createPipelineMetrics } from '../../../infra/telemetry/pipeline-metrics.ts'
import { identity } from '../../support/embedded.ts'
import { post } from '../../support/http-client.ts'
import { tokenOf } from '../../support/signed-in.ts'
import { wholeServer } from '../../support/whole-server.ts'
import { emittedIn } from './exposition.ts'
import { root } from './rule-files.ts'
import { unknownNames } from './unknown-names.ts'

/** The metrics of a server of which every route has been asked that a rule names. */
async function ofServer(url: string): Promise<string> {
  const authorization = `Bearer ${await tokenOf(identity)}`
  await post(`${url}/remember`, { content: 'Rules name what is emitted.' }, { authorization, prefer: 'wait=10' })
  await post(`${url}/recall`, { query: 'rules' }, { authorization })
  await post(`${url}/recall`, { query: 'rules' }, { authorization: 'Bearer nobody' })
  const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`, { headers: { authorization } })).text()
  for (const probe of ['/health', '/live', '/ready', '/startup']) await fetch(`${url}${probe}`)
  await metrics()
  return metrics()
}

/** What this server has no use for: of an embedder, a rebuild in a cluster, a limit. */
function ofOthers(): Promise<string> {
  const registry = new Registry()
  createEmbedderMetrics(registry)
  createMemoryLimitMetric(registry, () => 1)
  const pipeline = createPipelineMetrics(
    registry,
    () => 0,
    () => 0,
  )
  pipeline.rebuilds(new Map([[2, 0.5]]))
  return registry.metrics()
}

test('every metric, label and value that a rule names is one that the code emits, as is every metric of the page', async (t) => {
  const emitted = emittedIn(await ofServer(await wholeServer(t)), await ofOthers())
  t.deepEqual(unknownNames(emitted), [])
  const page = readFileSync(join(root, 'docs/how-to/alerts.md'), 'utf8')
  const named = page.match(/\b(?:somabrain|nodejs|process)_\w+/g) ?? []
  t.true(named.length > 10)
  t.deepEqual(
    named.filter((name) => !emitted.has(name)),
    [],
  )
})

test('a name that nobody emits is found', (t) => {
  const unknown = unknownNames(emittedIn('# TYPE somabrain_audit_breaks_total counter'))
  t.true(unknown.includes('SomabrainDataKeyMissing: somabrain_data_key_missing_total'))
  t.true(unknown.includes('SomabrainAuditEntriesLost: somabrain_audit_entries_total outcome'))
  t.true(unknown.includes('SomabrainDeadLetters: by projection'))
  t.false(unknown.some((one) => one.startsWith('SomabrainAuditBroken')))
})
