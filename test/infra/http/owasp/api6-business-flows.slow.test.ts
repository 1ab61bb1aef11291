import test from 'ava'
import { openEmbedded } from '../../../support/embedded.ts'
import { temporaryFolder } from '../../../support/temp-folder.ts'
import { call } from '../support/call.ts'
import { startEdge } from '../support/start-edge.ts'

// OWASP API Security Top 10 (2023), API6: Unrestricted Access to Sensitive Business Flows. Here: forgetting and erasing many
// memories, and filling a store by machine.

const tooWide: ReadonlyArray<readonly [string, Record<string, unknown>]> = [
  ['nothing', {}],
  ['an empty filter', { filters: {} }],
  ['null', { filters: null }],
  ['a filter and an id', { memory_id: '0198f0de-3b5a-8c1d-9e2f-4a6b8c0d2e4f', filters: { tags: 'x' } }],
  ['erasure of nobody', { mode: 'erase' }],
  ['erasure by filter', { mode: 'erase', filters: { tags: 'x' } }],
]
for (const [what, body] of tooWide) {
  test(`forgetting ${what} is refused`, async (t) => {
    const edge = await startEdge(t)
    const answer = await call(`${edge.url}/forget`, { body })
    t.is(answer.status, 400, answer.text)
    t.deepEqual(edge.commands.calls, [])
  })
}

test('each memory of a batch counts, so that a batch is no way around a daily limit', async (t) => {
  const { commands, query } = await openEmbedded(t, temporaryFolder(t))
  const edge = await startEdge(t, {
    commands,
    query,
    limit: (_identity, cost) => {
      const asked = cost.of === 'requests' ? 1 : cost.count
      return { granted: Math.min(asked, 2), quotas: [], retryAfterSeconds: 60 }
    },
  })
  const answer = await call(`${edge.url}/remember/batch`, { body: { items: Array(3).fill({ content: 'x' }) } })
  t.like(answer.json, { accepted: 2, failed: 1 })
  const refused = (answer.json.results as Array<{ error?: { code: string } }>)[2]
  t.is(refused?.error?.code, 'rate_limited')
})
