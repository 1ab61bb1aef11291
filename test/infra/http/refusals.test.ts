import test from 'ava'
import { call } from './support/call.ts'
import { refusedBatches, refusedBodies } from './support/refused-bodies.ts'
import { refusedCommands } from './support/refused-commands.ts'
import { refusedMemories } from './support/refused-memories.ts'
import { refusedReads } from './support/refused-reads.ts'
import { startEdge } from './support/start-edge.ts'

const refusals = [...refusedBodies, ...refusedMemories, ...refusedBatches, ...refusedReads, ...refusedCommands]

for (const prefix of ['', '/v1']) {
  test(`refuses what is not valid, names the field and says what is${prefix === '' ? '' : `, also under ${prefix}`}`, async (t) => {
    const edge = await startEdge(t)
    for (const refusal of refusals) {
      const { what, path, status = 400, code = 'invalid_request', field, says, ...request } = refusal
      const answer = await call(`${edge.url}${prefix}${path}`, request)
      t.is(answer.status, status, `${what}: ${answer.text}`)
      t.is(answer.json.code, code, `${what}: ${answer.text}`)
      t.regex(answer.headers.get('content-type') ?? '', /^application\/problem\+json/, what)
      t.true(typeof answer.json.expected === 'string' && answer.json.expected !== '', `${what} says what is valid`)
      if (field !== undefined) t.is(answer.json.field, field, what)
      if (says !== undefined)
        t.true(`${answer.json.detail} ${answer.json.expected}`.includes(says), `${what}: ${answer.text}`)
    }
    t.deepEqual([...edge.commands.calls, ...edge.query.calls], [], 'nothing that was refused reached a door')
  })
}
