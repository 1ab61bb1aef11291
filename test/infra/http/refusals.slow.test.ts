import test, { type ExecutionContext } from 'ava'
import { remember } from '../../query-api/support/commands.ts'
import { serve } from '../../query-api/support/serve.ts'
import { call } from './support/call.ts'
import type { Refusal } from './support/refusal.ts'
import { refusedBatches, refusedBodies } from './support/refused-bodies.ts'
import { refusedCommands } from './support/refused-commands.ts'
import { refusedMemories } from './support/refused-memories.ts'
import { refusedPlaces, SCOPE } from './support/refused-places.ts'
import { refusedReads } from './support/refused-reads.ts'
import { startEdge } from './support/start-edge.ts'

const refusals = [...refusedBodies, ...refusedMemories, ...refusedBatches, ...refusedReads, ...refusedCommands]

async function assertRefused(t: ExecutionContext, url: string, refusal: Refusal): Promise<void> {
  const { what, path, status = 400, code = 'invalid_request', field, says, ...request } = refusal
  const answer = await call(`${url}${path}`, request)
  t.is(answer.status, status, `${what}: ${answer.text}`)
  t.is(answer.json.code, code, `${what}: ${answer.text}`)
  t.regex(answer.headers.get('content-type') ?? '', /^application\/problem\+json/, what)
  t.true(typeof answer.json.expected === 'string' && answer.json.expected !== '', `${what} says what is valid`)
  t.is(answer.json.field, field, what)
  if (says !== undefined)
    t.true(`${answer.json.detail} ${answer.json.expected}`.includes(says), `${what}: ${answer.text}`)
}

for (const prefix of ['', '/v1']) {
  test(`refuses what is not valid, names the field and says what is${prefix === '' ? '' : `, also under ${prefix}`}`, async (t) => {
    const edge = await startEdge(t)
    for (const refusal of refusals) await assertRefused(t, `${edge.url}${prefix}`, refusal)
    t.deepEqual([...edge.commands.calls, ...edge.query.calls], [], 'nothing that was refused reached a door')
  })
}

test('refuses cursors and positions of elsewhere, names the field and says what is valid', async (t) => {
  const { api: query, log } = serve()
  for (const id of [1, 2, 3]) log.append(SCOPE, remember(id, `memory ${id}`))
  const edge = await startEdge(t, { query })
  for (const refusal of refusedPlaces) await assertRefused(t, edge.url, refusal)
})
