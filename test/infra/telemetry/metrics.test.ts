import test from 'ava'
import { createMetrics } from '../../../infra/telemetry/metrics.ts'

test('every name that dashboards and alerts use is there from the start', async (t) => {
  const text = await createMetrics().registry.metrics()
  for (const name of [
    'somabrain_requests_total',
    'somabrain_request_duration_seconds',
    'somabrain_memory_operations_total',
    'somabrain_density_trace_error_total',
    'somabrain_data_key_missing_total',
    'somabrain_redis_connection_errors',
    'somabrain_auth_failures_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
  ]) {
    t.true(text.includes(`# TYPE ${name} `), name)
  }
})

test('two servers in one process count apart', async (t) => {
  const [one, other] = [createMetrics({ processMetrics: false }), createMetrics({ processMetrics: false })]
  one.densityTraceError()
  one.redisConnectionError()
  t.true((await one.registry.metrics()).includes('somabrain_density_trace_error_total 1'))
  t.true((await one.registry.metrics()).includes('somabrain_redis_connection_errors 1'))
  t.true((await other.registry.metrics()).includes('somabrain_density_trace_error_total 0'))
})

test('each outcome of an operation is counted from its first use, so that the first failure shows in a rate', async (t) => {
  const metrics = createMetrics({ processMetrics: false })
  metrics.operation('remember', 'success', 2)
  const text = await metrics.registry.metrics()
  t.true(text.includes('somabrain_memory_operations_total{operation="remember",outcome="success"} 2\n'))
  t.true(text.includes('somabrain_memory_operations_total{operation="remember",outcome="rejected"} 0\n'))
  t.true(text.includes('somabrain_memory_operations_total{operation="remember",outcome="error"} 0\n'))
})
