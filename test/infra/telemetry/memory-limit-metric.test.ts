import test from 'ava'
import { Registry } from 'prom-client'
import { memoryLimit } from '../../../infra/telemetry/memory-limit.ts'
import { createMemoryLimitMetric } from '../../../infra/telemetry/memory-limit-metric.ts'

const NAME = 'somabrain_process_memory_limit_bytes'

test('the memory that a process may have is shown beside what it has, and moves with the limit', async (t) => {
  const registry = new Registry()
  let limit: number | null = 512
  createMemoryLimitMetric(registry, () => limit)
  t.regex(await registry.metrics(), new RegExp(`^${NAME} 512$`, 'm'))
  limit = 1024
  t.regex(await registry.metrics(), new RegExp(`^${NAME} 1024$`, 'm'))
  limit = null
  t.notRegex(await registry.metrics(), new RegExp(`^${NAME} `, 'm'))
})

test('what is no limit is none: nothing, or all that the machine has and more', (t) => {
  t.is(memoryLimit(0, 1000), null)
  t.is(memoryLimit(1000, 1000), null)
  t.is(memoryLimit(2 ** 64, 1000), null)
  t.is(memoryLimit(999, 1000), 999)
})
