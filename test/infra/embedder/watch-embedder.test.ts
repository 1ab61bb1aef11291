import test, { type ExecutionContext } from 'ava'
import { Registry } from 'prom-client'
import { embedderFaults } from '../../../infra/embedder/embedder-error.ts'
import { openOpenAiEmbedder } from '../../../infra/embedder/openai/open-openai-embedder.ts'
import { watchEmbedder } from '../../../infra/embedder/watch-embedder.ts'
import { createEmbedderMetrics } from '../../../infra/telemetry/embedder-metrics.ts'
import { composeHealth } from '../../../infra/telemetry/health.ts'
import { TestClock } from '../../support/embedded.ts'
import { answering, body, embeddingsService, silence, status } from '../../support/embeddings-service.ts'
import { eventually } from '../../support/eventually.ts'

const SECRET = 'a-key-that-nobody-may-see'

/** `timeoutMs`: long where the service answers, however busy the machine is. */
async function watched(t: ExecutionContext, askAgainMs = 0, timeoutMs = 30_000) {
  const service = await embeddingsService(t)
  const registry = new Registry()
  const clock = new TestClock()
  const opened = openOpenAiEmbedder(
    { url: service.url, model: 'small', apiKey: SECRET },
    { tries: 1, resetMs: 20, timeoutMs, queryTimeoutMs: timeoutMs },
  )
  const embedder = watchEmbedder(opened, { clock: clock.now, metrics: createEmbedderMetrics(registry), askAgainMs })
  t.teardown(() => embedder.close())
  const compose = composeHealth({
    components: { embedder: embedder.health },
    ...{ version: 'v1', mode: 'development', now: clock.now, sharedForMs: 0 },
  })
  const health = async () => {
    const { status: whole, components } = await compose()
    return { whole, ...components.embedder! }
  }
  const read = async (line: string): Promise<number> => {
    const found = (await registry.metrics()).split('\n').find((one) => one.startsWith(`${line} `))
    return Number(found?.slice(line.length))
  }
  return { service, embedder, clock, health, read }
}

test.serial('health shows the model at once, and the dimension once there was a vector', async (t) => {
  const { embedder, health, read } = await watched(t)
  const before = await health()
  t.like(before, { whole: 'healthy', status: 'healthy', model: 'small' })
  t.false('dimension' in before)
  await embedder.embed(['a car', 'the sea'])
  await embedder.embedQuery('Which car?')
  t.like(await health(), { whole: 'healthy', model: 'small', dimension: 8 })
  t.is(await read('somabrain_embedder_texts_total{purpose="memories"}'), 2)
  t.is(await read('somabrain_embedder_texts_total{purpose="query"}'), 1)
  t.is(await read('somabrain_embedder_duration_seconds_count{purpose="memories"}'), 1)
  t.is(await read('somabrain_embedder_up'), 1)
})

test.serial('one that fails is unhealthy since its first failure, and healthy again once it answered', async (t) => {
  const { service, embedder, clock, health, read } = await watched(t, 3_600_000)
  await embedder.embedQuery('a car')
  service.behave(status(503))
  const since = new Date(clock.now()).toISOString()
  await t.throwsAsync(embedder.embedQuery('a car'))
  clock.advance(60_000)
  await t.throwsAsync(embedder.embed(['a car']))
  const down = { whole: 'degraded', status: 'unhealthy', down_since: since, model: 'small', dimension: 8 } as const
  t.like(await health(), { ...down, error: embedderFaults.unavailable })
  t.is(await read('somabrain_embedder_up'), 0)
  service.behave(answering())
  await embedder.embed(['a car'])
  const after = await health()
  t.is(after.whole, 'healthy')
  t.false('down_since' in after)
  t.is(await read('somabrain_embedder_up'), 1)
})

test.serial('where nobody remembers or asks, looking at health finds out that it is back', async (t) => {
  const { service, embedder, health, read } = await watched(t)
  service.behave(status(500))
  await t.throwsAsync(embedder.embedQuery('a car'))
  t.is((await health()).status, 'unhealthy')
  service.behave(answering())
  await eventually(async () => {
    if ((await health()).status !== 'healthy') throw new Error('still down')
  })
  t.true((await read('somabrain_embedder_texts_total{purpose="probe"}')) > 0)
})

test.serial('health waits for no service, and asks one that is down no more often than it may', async (t) => {
  const { service, embedder, health } = await watched(t, 3_600_000, 300)
  service.behave(silence)
  await t.throwsAsync(embedder.embedQuery('a car'))
  const asked = service.calls.length
  for (let i = 0; i < 5; i++) t.is((await health()).error, embedderFaults.timeout)
  await eventually(() => {
    if (service.calls.length === asked) throw new Error('not asked again yet')
  })
  t.is(service.calls.length, asked + 1)
})

const reasons = [
  { reason: 'unavailable', behaviour: status(502) },
  { reason: 'rate_limited', behaviour: status(429) },
  { reason: 'refused', behaviour: status(401) },
  { reason: 'invalid_answer', behaviour: body('{"data":[]}') },
  { reason: 'invalid_answer', behaviour: body(`<html>${SECRET}</html>`) },
  { reason: 'timeout', behaviour: silence },
] as const

for (const [i, { reason, behaviour }] of reasons.entries()) {
  test.serial(
    `failure ${i} is counted as ${reason}, and health tells neither address nor key nor answer`,
    async (t) => {
      const { service, embedder, health, read } = await watched(t, 3_600_000, reason === 'timeout' ? 300 : 30_000)
      service.behave(behaviour)
      const error = await t.throwsAsync(embedder.embed(['a car']))
      t.false(error.message.includes(SECRET))
      t.is(await read(`somabrain_embedder_failures_total{purpose="memories",reason="${reason}"}`), 1)
      const shown = JSON.stringify(await health())
      for (const word of [SECRET, '127.0.0.1', 'http', 'html']) t.false(shown.includes(word))
    },
  )
}

test.serial('a service that failed often is left alone, and that is counted too', async (t) => {
  const { service, embedder, read } = await watched(t, 3_600_000)
  service.behave(status(500))
  for (let i = 0; i < 8; i++) await t.throwsAsync(embedder.embedQuery('a car'))
  t.true((await read('somabrain_embedder_failures_total{purpose="query",reason="left_alone"}')) > 0)
  t.true(service.calls.length < 8)
})
