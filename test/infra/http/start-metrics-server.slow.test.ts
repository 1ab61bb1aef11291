import test from 'ava'
import { startMetricsServer } from '../../../infra/http/start-metrics-server.ts'
import { createMetrics } from '../../../infra/telemetry/metrics.ts'
import { startEdge } from './support/start-edge.ts'

test('metrics on a port of their own need no credential, and nothing else is there', async (t) => {
  const metrics = createMetrics({ processMetrics: false })
  metrics.authFailure('missing')
  const server = await startMetricsServer(metrics.registry, '127.0.0.1', 0)
  t.teardown(() => server.close())
  const response = await fetch(server.url)
  t.is(response.status, 200)
  t.regex(response.headers.get('content-type') ?? '', /^text\/plain/)
  t.is(response.headers.get('x-content-type-options'), 'nosniff')
  t.regex(await response.text(), /auth_failures_total\{reason="missing"\} 1/)
  const base = server.url.replace('/metrics', '')
  for (const path of ['/', '/namespaces', '/metrics/x', '/v1/metrics']) {
    t.is((await fetch(`${base}${path}`)).status, 404, path)
  }
  const posted = await fetch(server.url, { method: 'POST', body: 'x' })
  t.is(posted.status, 405)
  t.is(posted.headers.get('allow'), 'GET, HEAD')
})

test('a port that is taken is said, and closing gives it back', async (t) => {
  const { registry } = createMetrics({ processMetrics: false })
  const first = await startMetricsServer(registry, '127.0.0.1', 0)
  const port = Number(new URL(first.url).port)
  await t.throwsAsync(startMetricsServer(registry, '127.0.0.1', port), { code: 'EADDRINUSE' })
  await first.close()
  const second = await startMetricsServer(registry, '127.0.0.1', port)
  await second.close()
})

test('with a port of their own, metrics are no route of the API', async (t) => {
  const edge = await startEdge(t, { servesMetrics: false })
  for (const path of ['/metrics', '/v1/metrics']) t.is((await fetch(`${edge.url}${path}`)).status, 404)
})
