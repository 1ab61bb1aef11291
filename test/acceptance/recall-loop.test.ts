import test, { type ExecutionContext } from 'ava'
import { call } from '../infra/http/support/call.ts'
import { startEdge } from '../infra/http/support/start-edge.ts'
import { openEmbedded } from '../support/embedded.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

async function startMemory(t: ExecutionContext) {
  const { commands, query } = await openEmbedded(t, temporaryFolder(t))
  const { url } = await startEdge(t, { commands, query })
  const remember = (body: object, headers: Record<string, string> = {}) =>
    call(`${url}/remember`, { body, headers: { prefer: 'wait=10', ...headers } })
  const count = async (): Promise<unknown> =>
    ((await call(`${url}/namespaces`)).json.items as { memories: number }[])[0]?.memories
  return { url, remember, count }
}

test('what an agent recalled and remembers again is one memory, and the answer names it', async (t) => {
  const { url, remember, count } = await startMemory(t)
  const content = 'Ana moved to Lisbon in March.'
  const first = await remember({ content })
  t.is(first.status, 201)
  const [hit] = (await call(`${url}/recall`, { body: { query: 'Ana' } })).json.results as { content: string }[]
  const again = await remember({ content: `  ${hit!.content.toUpperCase()} ` })
  t.is(again.status, 200)
  t.like(again.json, { status: 'repeated', memory_id: first.json.memory_id })
  const outcome = await call(`${url}/commands/${again.json.command_id}`)
  t.like(outcome.json, { status: 'repeated', memory_id: first.json.memory_id })
  t.is(await count(), 1)
})

test('a context that is remembered is nothing new; with a word of its own it is', async (t) => {
  const { url, remember, count } = await startMemory(t)
  await remember({ content: 'Ana moved to Lisbon in March.', author: 'Ana' })
  await remember({ content: 'She <b>likes</b> it there.', author: 'Bob' })
  const { text } = (await call(`${url}/context`, { body: { query: 'Ana Lisbon likes it there' } })).json
  const again = await remember({ content: text, author: 'agent' }, { 'idempotency-key': 'k1' })
  t.is(again.json.status, 'repeated')
  t.is((await remember({ content: `I know this:\n${text}` })).json.status, 'stored')
  t.is(await count(), 3)
})

test('a person who says the same twice has said it twice', async (t) => {
  const { remember, count } = await startMemory(t)
  for (const run of ['a', 'b']) {
    await remember({ content: 'Yes, that is what I meant to say.', author: 'Ana', run_id: run })
    await remember({ content: 'Yes', run_id: run })
    await remember({ content: 'The daily backup finished without errors.', occurred_at: '2025-01-01T00:00:00Z' })
    await remember({ content: 'The daily backup finished without errors.' }, { 'idempotency-key': run })
  }
  t.is(await count(), 8)
})

test('two users who say the same have a memory each', async (t) => {
  const { remember, count } = await startMemory(t)
  for (const user of ['ana', 'bob']) {
    t.is((await remember({ content: 'I am allergic to peanuts.', user_id: user })).json.status, 'stored')
  }
  t.is((await remember({ content: 'I am allergic to peanuts.', user_id: 'ana' })).json.status, 'repeated')
  t.is(await count(), 2)
})

test('in a batch the second of two equal statements repeats the first', async (t) => {
  const { url, count } = await startMemory(t)
  const items = Array(3).fill({ content: 'The office moved to Porto.' })
  const { json } = await call(`${url}/remember/batch`, { body: { items }, headers: { prefer: 'wait=10' } })
  t.deepEqual(
    (json.results as { status: string }[]).map(({ status }) => status),
    ['stored', 'repeated', 'repeated'],
  )
  t.is(await count(), 1)
})
