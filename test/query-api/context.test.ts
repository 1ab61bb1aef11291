import test from 'ava'
import type { ContextRequest } from '../../query-api/requests/requests.ts'
import { memoryId, remember } from './support/commands.ts'
import { asking, reader, refusal, scope, serve } from './support/serve.ts'

const wanting = (query: string, more: Partial<ContextRequest> = {}): ContextRequest => ({
  ...asking(query),
  tokenBudget: 1000,
  ...more,
})

test('a context quotes what is recalled, oldest first, and cites each memory', async (t) => {
  const { api, log } = serve()
  log.append(scope, remember(1, 'The ferry to Hornby leaves at noon', { occurredAt: Date.UTC(2025, 4, 2) }))
  log.append(scope, remember(2, 'Hornby has a bakery', { occurredAt: Date.UTC(2025, 4, 1), secret: { author: 'Ada' } }))
  const answer = await api.context(reader, wanting('When does the ferry to Hornby leave?'))
  t.deepEqual(answer.text.split('\n').slice(1, -1), [
    '[1] 2025-05-01 "Ada": "Hornby has a bakery"',
    '[2] 2025-05-02: "The ferry to Hornby leaves at noon"',
  ])
  t.deepEqual(
    answer.citations.map(({ number, memory }) => [number, memory.memoryId]),
    [
      [1, memoryId(2)],
      [2, memoryId(1)],
    ],
  )
  t.true(answer.estimatedTokens <= answer.tokenBudget)
  t.is(answer.position, (await api.recall(reader, asking('ferry'))).position)
})

test('a context asks as a recall does: at an instant, of a time, above a score', async (t) => {
  const { api, log } = serve()
  log.append(scope, remember(1, 'Ada lives in Rome', { recordedAt: 1_000 }))
  log.append(scope, remember(2, 'Ada lives in Oslo', { recordedAt: 5_000, supersedes: memoryId(1) }))
  const before = await api.context(reader, wanting('Ada', { asOf: { valid: 2_000, known: 2_000 } }))
  t.regex(before.text, /Rome/)
  t.notRegex(before.text, /Oslo/)
  t.is((await api.context(reader, wanting('walrus', { minScore: 0.9 }))).text, '')
})

test('a credential that is bound to other namespaces gets no context', async (t) => {
  const { api } = serve()
  const problem = await refusal(api.context({ ...reader, namespaces: ['elsewhere'] }, wanting('walrus')))
  t.is(problem.code, 'forbidden')
})
