import test from 'ava'
import { labelsNeeded, readConversation, withMemoryIds } from '../../../../infra/cli/demo/read-conversation.ts'
import { storeConversation } from '../../../../infra/cli/demo/store-conversation.ts'
import { createServerClient } from '../../../../infra/cli/server-client.ts'
import { rememberingAnswer, scriptedServer } from '../scripted-server.ts'

test('three people talk over several months, in order, with corrections and a plan', async (t) => {
  const turns = await readConversation()
  const texts = (name: string) => turns.map(({ request }) => String(request[name]))
  t.true(turns.length >= 150)
  t.deepEqual([...new Set(texts('author'))].sort(), ['Jonas', 'Mara', 'Priya'])
  const instants = texts('occurred_at').map((text) => Date.parse(text))
  t.deepEqual(
    instants,
    instants.toSorted((a, b) => a - b),
  )
  t.true(new Set(texts('occurred_at').map((text) => text.slice(0, 7))).size >= 6)
  t.true(turns.filter(({ request }) => 'supersedes' in request).length >= 5)
  t.true(turns.filter(({ request }) => 'links' in request).length >= 10)
  t.is(new Set(texts('content')).size, turns.length)
})

test('each correction and link refers to an earlier turn', async (t) => {
  const known = new Map<string, string>()
  for (const turn of await readConversation()) {
    for (const label of labelsNeeded(turn)) t.true(known.has(label), label)
    t.notThrows(() => withMemoryIds(turn, known))
    if (turn.label !== null) known.set(turn.label, `id of ${turn.label}`)
  }
})

test('stored, references are memory ids; stored again, nothing is added', async (t) => {
  const memory = rememberingAnswer()
  const server = await scriptedServer(t, memory.answer)
  const target = {
    client: createServerClient({ url: server.url, token: null, timeoutMs: 5_000 }),
    namespace: 'demo',
    retry: { attempts: 1, sleep: async () => {}, onWait: () => {} },
  }
  const turns = await readConversation()
  t.deepEqual(await storeConversation(target, turns), { added: turns.length, alreadyThere: 0 })
  t.deepEqual(await storeConversation(target, turns), { added: 0, alreadyThere: turns.length })
  const corrections = memory.stored.filter(({ supersedes }) => supersedes !== undefined)
  t.true(corrections.length >= 5)
  for (const { supersedes } of corrections) t.regex(String(supersedes), /^memory-\d+$/)
})
