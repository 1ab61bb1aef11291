import test, { type ExecutionContext } from 'ava'
import { type OpenAiOptions, openOpenAiEmbedder } from '../../../../infra/embedder/openai/open-openai-embedder.ts'
import {
  answering,
  body,
  type EmbeddingsService,
  embeddingsService,
  silence,
  status,
  vectorOf,
} from '../../../support/embeddings-service.ts'
import { eventually } from '../../../support/eventually.ts'

const quick: OpenAiOptions = { timeoutMs: 10_000, queryTimeoutMs: 10_000, backoffMs: 1, resetMs: 100 }

function open(t: ExecutionContext, { url }: EmbeddingsService, more: OpenAiOptions = {}) {
  const embedder = openOpenAiEmbedder({ url, model: 'm', apiKey: 'a-key' }, { ...quick, ...more })
  t.teardown(() => embedder.close())
  return embedder
}

test('texts are sent with model and key, and vectors come back in the order of the texts', async (t) => {
  const service = await embeddingsService(t)
  const vectors = await open(t, service).embed(['a car', 'a dog', 'the sea'])
  t.deepEqual(
    vectors.map((vector) => [...vector]),
    ['a car', 'a dog', 'the sea'].map((text) => [...Float32Array.from(vectorOf(text))]),
  )
  t.deepEqual(service.calls, [{ texts: ['a car', 'a dog', 'the sea'], authorization: 'Bearer a-key', model: 'm' }])
})

test('many texts are sent in several calls', async (t) => {
  const service = await embeddingsService(t)
  const texts = Array.from({ length: 300 }, (_, i) => `car ${i}`)
  t.is((await open(t, service).embed(texts)).length, 300)
  t.deepEqual(
    service.calls.map((call) => call.texts.length),
    [128, 128, 44],
  )
})

test('a text that is too long for any service is cut, and not inside a character', async (t) => {
  const service = await embeddingsService(t)
  await open(t, service).embed([`${'x'.repeat(7999)}😀`])
  t.is(service.calls[0]?.texts[0], 'x'.repeat(7999))
})

test('what may pass is tried again: 500, too many requests, a connection that breaks', async (t) => {
  const service = await embeddingsService(t)
  service.behave(answering(), status(500), status(429, { 'retry-after': '0' }))
  t.is((await open(t, service).embed(['a car'])).length, 1)
  t.is(service.calls.length, 3)
  service.behave(answering(), (_, response) => void response.destroy())
  t.is((await open(t, service).embed(['a car'])).length, 1)
})

test('what will not pass is not tried again, and its words are not repeated', async (t) => {
  const service = await embeddingsService(t)
  service.behave(status(401))
  const error = await t.throwsAsync(open(t, service).embed(['a secret']), { name: 'EmbedderError' })
  t.regex(error?.message ?? '', /answered 401$/)
  t.is(service.calls.length, 1)
})

test('a service that hangs is left after its time, and a query does not wait for a second try', async (t) => {
  const service = await embeddingsService(t)
  service.behave(silence)
  await t.throwsAsync(open(t, service, { queryTimeoutMs: 150 }).embedQuery('a car'), {
    message: /did not answer within 150 ms/,
  })
  t.is(service.calls.length, 1)
})

test('a service that fails again and again is left alone, and asked again after a while', async (t) => {
  const service = await embeddingsService(t)
  service.behave(status(500))
  const embedder = open(t, service, { tries: 1, resetMs: 1500 })
  for (let i = 0; i < 5; i++) await t.throwsAsync(embedder.embed(['a car']), { message: /answered 500/ })
  const asked = service.calls.length
  await t.throwsAsync(embedder.embed(['a car']), { name: 'BreakerOpenError' })
  t.is(service.calls.length, asked)
  await t.throwsAsync(embedder.probe(), { name: 'BreakerOpenError' })
  service.behave(answering())
  await eventually(() => embedder.embed(['a car']))
  await t.notThrowsAsync(embedder.probe())
})

for (const [name, text] of [
  ['no JSON', 'sorry'],
  ['no data', '{}'],
  ['null', 'null'],
  ['too few embeddings', '{"data":[]}'],
  ['an embedding that is no list', '{"data":[{"index":0,"embedding":"AAAA"}]}'],
  ['an embedding with a null in it', '{"data":[{"index":0,"embedding":[1,null]}]}'],
  ['an empty embedding', '{"data":[{"index":0,"embedding":[]}]}'],
  ['an unknown index', '{"data":[{"index":7,"embedding":[1]}]}'],
] as const) {
  test(`an answer with ${name} is refused`, async (t) => {
    const service = await embeddingsService(t)
    service.behave(body(text))
    await t.throwsAsync(open(t, service, { tries: 1 }).embed(['a car']), { instanceOf: Error })
    await t.throwsAsync(open(t, service).embedQuery('a car'), { name: 'EmbedderError' })
  })
}

test('one index twice is refused', async (t) => {
  const service = await embeddingsService(t)
  service.behave(body('{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[2]}]}'))
  await t.throwsAsync(open(t, service).embed(['a', 'b']), { message: /one index twice/ })
})

test('vectors of another dimension under the same name are refused', async (t) => {
  const service = await embeddingsService(t)
  const embedder = open(t, service)
  await embedder.embed(['a car'])
  service.behave(answering(16))
  await t.throwsAsync(embedder.embed(['a car']), { message: /of 8 dimensions, and now of 16/ })
})

test('a closed embedder refuses what is new, and what waits to be tried again', async (t) => {
  const service = await embeddingsService(t)
  service.behave(status(500))
  const embedder = open(t, service, { backoffMs: 60_000 })
  const waiting = t.throwsAsync(embedder.embed(['a car']), { message: /answered 500/ })
  while (service.calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await embedder.close()
  await waiting
  await t.throwsAsync(embedder.embed(['a car']), { message: /closed/ })
})
