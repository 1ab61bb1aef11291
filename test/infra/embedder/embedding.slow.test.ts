import test, { type ExecutionContext } from 'ava'
import { openOpenAiEmbedder } from '../../../infra/embedder/openai/open-openai-embedder.ts'
import type { OpenedEmbedder } from '../../../infra/embedder/opened-embedder.ts'
import { identity, openEmbedded, recallRequest, rememberRequest, waiting } from '../../support/embedded.ts'
import { answering, type EmbeddingsService, embeddingsService, status } from '../../support/embeddings-service.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const NEVER = { pauseMs: 3_600_000, maxPauseMs: 3_600_000 }
const OFTEN = { pauseMs: 20, maxPauseMs: 40 }

function embedderOf(t: ExecutionContext, { url }: EmbeddingsService, model = 'first'): OpenedEmbedder {
  const embedder = openOpenAiEmbedder(
    { url, model, apiKey: null },
    { tries: 1, resetMs: 20, timeoutMs: 30_000, queryTimeoutMs: 30_000 },
  )
  t.teardown(() => embedder.close())
  return embedder
}

const facts = ['Ana bought an automobile.', 'The physician called on Tuesday.', 'Nobody watered the plants.']
type Store = Awaited<ReturnType<typeof openEmbedded>>

async function fill({ commands }: Store, contents: readonly string[] = facts): Promise<void> {
  for (const content of contents) await commands.remember(waiting(), rememberRequest(content))
}

const ask = ({ query }: Store, question: string) => query.recall(identity, recallRequest(question, { explain: true }))
const first = async (store: Store, question: string): Promise<string | undefined> =>
  (await ask(store, question)).results[0]?.content

test.serial('a memory is found by what it means, in words that it does not have', async (t) => {
  const store = await openEmbedded(t, temporaryFolder(t), Date.now, {
    embedder: embedderOf(t, await embeddingsService(t)),
    fillerOptions: NEVER,
  })
  await fill(store)
  const { results, degraded } = await ask(store, 'Which car?')
  t.is(results[0]?.content, facts[0])
  t.true((results[0]?.signals?.meaning?.value ?? 0) > 0.9)
  t.deepEqual(degraded, [])
  t.is(await first(store, 'Who is the doctor?'), facts[1])
})

test.serial('a batch is embedded too, in one call, and a filter holds for what is near in meaning', async (t) => {
  const service = await embeddingsService(t)
  const store = await openEmbedded(t, temporaryFolder(t), Date.now, {
    embedder: embedderOf(t, service),
    fillerOptions: NEVER,
  })
  const items = facts.map((content, i) => ({
    request: rememberRequest(content, { tags: [`tag${i}`] }),
    idempotencyKey: null,
  }))
  await store.commands.rememberMany(waiting(), items)
  t.deepEqual(
    service.calls.map(({ texts }) => texts),
    [facts],
  )
  const filter = { op: 'in', field: 'tags', values: ['tag1'] } as const
  const { results } = await store.query.recall(identity, recallRequest('Which car?', { filter }))
  t.deepEqual(
    results.map(({ content }) => content),
    [facts[1]],
  )
})

test.serial('names of authors are not embedded with a query', async (t) => {
  const service = await embeddingsService(t)
  const store = await openEmbedded(t, temporaryFolder(t), Date.now, {
    embedder: embedderOf(t, service),
    fillerOptions: NEVER,
  })
  await store.commands.remember(waiting(), rememberRequest('I sold the car.', { author: 'Caroline' }))
  await ask(store, "What about Caroline's car?")
  t.deepEqual(service.calls.at(-1)?.texts, ['What about car?'])
})

test.serial('while the embedder is away memories are accepted, and recall is by words and says so', async (t) => {
  const service = await embeddingsService(t)
  const store = await openEmbedded(t, temporaryFolder(t), Date.now, {
    embedder: embedderOf(t, service),
    fillerOptions: NEVER,
  })
  await fill(store, facts.slice(0, 1))
  service.behave(status(500))
  const receipt = await store.commands.remember(waiting(), rememberRequest('The sea was rough.'))
  t.is(receipt.status, 'stored')
  const { results, degraded } = await ask(store, 'rough sea')
  t.is(results[0]?.content, 'The sea was rough.')
  t.is(results[0]?.signals?.meaning, undefined)
  t.deepEqual(degraded, ['embedder'])
})

test.serial('what was accepted without a vector gets one once the embedder answers again', async (t) => {
  const service = await embeddingsService(t)
  service.behave(status(503))
  const store = await openEmbedded(t, temporaryFolder(t), Date.now, {
    embedder: embedderOf(t, service),
    fillerOptions: OFTEN,
  })
  await fill(store)
  t.not(await first(store, 'Which car?'), facts[0])
  service.behave(answering())
  await eventually(async () => {
    if ((await first(store, 'Which car?')) !== facts[0]) throw new Error('not embedded yet')
  })
  await store.close()
})

test.serial(
  'a store goes from one model to another while both are served, and each memory is embedded once',
  async (t) => {
    const service = await embeddingsService(t)
    const dataDir = temporaryFolder(t)
    const before = await openEmbedded(t, dataDir, Date.now, { embedder: embedderOf(t, service), fillerOptions: NEVER })
    await fill(before)
    await before.close()

    const during = await openEmbedded(t, dataDir, Date.now, {
      embedder: embedderOf(t, service, 'second'),
      fillerOptions: NEVER,
    })
    t.not(await first(during, 'Which car?'), facts[0])
    const { signal } = new AbortController()
    const asked = service.calls.length
    t.like(await during.embedding?.embedAll(signal, () => undefined), { seen: 3, embedded: 3 })
    t.is(await first(during, 'Which car?'), facts[0])
    await eventually(async () => {
      const progress = await during.embedding?.embedAll(signal, () => undefined)
      if (progress?.embedded !== 0) throw new Error('the fold is behind')
    })
    t.true(service.calls.length > asked)
    await during.close()

    const after = await openEmbedded(t, dataDir, Date.now, { embedder: embedderOf(t, service), fillerOptions: NEVER })
    t.is(await first(after, 'Which car?'), facts[0])
    t.like(await after.embedding?.embedAll(signal, () => undefined), { seen: 3, embedded: 0 })
  },
)

test.serial('embedding that is cut off goes on where it was', async (t) => {
  const service = await embeddingsService(t)
  const dataDir = temporaryFolder(t)
  const plain = await openEmbedded(t, dataDir)
  await fill(
    plain,
    Array.from({ length: 70 }, (_, i) => `The car number ${i}.`),
  )
  await plain.close()
  const store = await openEmbedded(t, dataDir, Date.now, { embedder: embedderOf(t, service), fillerOptions: NEVER })
  const stop = new AbortController()
  const cut = await store.embedding!.embedAll(stop.signal, ({ embedded }) => {
    if (embedded > 0) stop.abort()
  })
  t.is(cut.embedded, 32)
  await eventually(() => {
    if (store.lag() > 0) throw new Error('not folded yet')
  })
  t.is((await store.embedding!.embedAll(new AbortController().signal, () => undefined)).embedded, 38)
})

test.serial('a view that is loaded from long-term memory has the vectors that came later', async (t) => {
  const service = await embeddingsService(t)
  const dataDir = temporaryFolder(t)
  const plain = await openEmbedded(t, dataDir)
  await fill(plain)
  await plain.close()
  const store = await openEmbedded(t, dataDir, Date.now, { embedder: embedderOf(t, service), fillerOptions: NEVER })
  await store.embedding!.embedAll(new AbortController().signal, () => undefined)
  await store.close()
  const again = await openEmbedded(t, dataDir, Date.now, { embedder: embedderOf(t, service), fillerOptions: NEVER })
  t.is(await first(again, 'Which car?'), facts[0])
})
