import test from 'ava'
import { tokenOf } from '../../../support/signed-in.ts'
import { wholeServer } from '../../../support/whole-server.ts'
import { call } from '../support/call.ts'
import { MEMORY_ID, OTHER_ID } from '../support/doubles.ts'
import { authorisedCalls } from './authorised-calls.ts'

// OWASP API3:2023, broken object property level authorisation: properties that a caller may not set, and not see.

/** What the server assigns, by the names that a caller would try. */
const ASSIGNED = [
  'tenant',
  'tenant_id',
  'principal',
  'roles',
  'namespaces',
  'command_id',
  'position',
  'recorded_at',
  'known_at',
  'retired_at',
  'superseded_by',
  'rehearsals',
  'status',
  'key_id',
  'content_hmac',
  'sealed',
  'live',
  'score',
  '__proto__',
  'constructor',
]

/** Names of the store's own columns and keys. */
const INTERNAL =
  /"(tenant|tenant_id|key_?id|content_?hmac|request_?hmac|data_?schema|sealed|slot|wrapped|generation|changed|partition|known_?time)":/i

test('no body takes a property that the server assigns', async (t) => {
  const url = await wholeServer(t)
  const token = await tokenOf({
    tenant: 'acme',
    principal: 'p',
    roles: ['reader', 'writer', 'admin'],
    namespaces: null,
  })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const taken: string[] = []
  for (const [operation, { method, path, body }] of Object.entries(authorisedCalls)) {
    if (body === undefined) continue
    for (const property of ASSIGNED) {
      // As text: a literal would set the prototype.
      const raw = `{"${property}":"x",${JSON.stringify(body).slice(1)}`.replace(',}', '}')
      const answer = await call(`${url}${path}`, { method, raw, headers })
      if (answer.status !== 400) taken.push(`${operation}.${property}: ${answer.status}`)
    }
  }
  // What a recall filters by is named in filters; `namespaces` and the like are no fields of any body.
  t.deepEqual(taken, [])
})

test('no answer shows a property of the store', async (t) => {
  const url = await wholeServer(t)
  const token = await tokenOf({
    tenant: 'acme',
    principal: 'p',
    roles: ['reader', 'writer', 'admin'],
    namespaces: null,
  })
  const headers = { authorization: `Bearer ${token}`, prefer: 'wait=10' }
  const { memory_id, command_id } = (await call(`${url}/remember`, { body: { content: 'x', user_id: 'ana' }, headers }))
    .json
  const shown: string[] = []
  for (const [operation, { method, path, body }] of Object.entries(authorisedCalls)) {
    if (operation === 'metrics') continue
    const fill = (text: string): string =>
      text.replaceAll(MEMORY_ID, String(memory_id)).replaceAll(OTHER_ID, String(command_id))
    const filled = body === undefined ? undefined : JSON.parse(fill(JSON.stringify(body)))
    const { status, text } = await call(`${url}${fill(path)}`, { method, body: filled, headers })
    const found = INTERNAL.exec(text)
    if (found !== null) shown.push(`${operation} ${status} shows ${found[0]}`)
  }
  // Which public key signed a receipt is said with the key.
  t.deepEqual(
    shown.filter((one) => !one.startsWith('receiptKey ')),
    [],
  )
})
