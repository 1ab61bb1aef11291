import { randomUUID } from 'node:crypto'
import test from 'ava'
import type { Identity } from '../../../../domain/identity.ts'
import { tokenOf } from '../../../support/signed-in.ts'
import { wholeServer } from '../../../support/whole-server.ts'
import { type Answer, call } from '../support/call.ts'
import { MEMORY_ID, OTHER_ID } from '../support/doubles.ts'
import { authorisedCalls } from './authorised-calls.ts'

// OWASP API1:2023, broken object level authorisation. With random calls of many holders at once: test/acceptance/isolation.

const of = (tenant: string, namespaces: string[] | null = null): Identity => ({
  tenant,
  principal: 'p',
  roles: ['reader', 'writer', 'admin', 'auditor'],
  namespaces,
})

/** The operations that name an object by an id that somebody gave it. */
const byId = Object.entries(authorisedCalls).filter(
  ([, one]) => JSON.stringify(one).includes(MEMORY_ID) || one.path.includes(OTHER_ID),
)

test("another tenant's object, and one beyond the credential's namespaces, answer as one that does not exist", async (t) => {
  const url = await wholeServer(t)
  const owner = { authorization: `Bearer ${await tokenOf(of('acme'))}` }
  const body = { content: 'the canary of acme', user_id: 'ana', metadata: { canary: 'acme' }, tags: ['acme'] }
  const headers = { ...owner, prefer: 'wait=10' }
  const { memory_id, command_id } = (await call(`${url}/remember`, { body, headers })).json
  const erased = await call(`${url}/forget`, { body: { mode: 'erase', user_id: 'bob' }, headers: owner })
  const receiptId = String(erased.json.receipt_id ?? randomUUID())
  t.is((await call(`${url}/memories/${memory_id}`, { headers: owner })).status, 200, 'it is there for its owner')
  t.is(byId.length, 11)

  for (const identity of [of('bolt'), of('bolt', ['default']), of('acme', ['other'])]) {
    const authorization = `Bearer ${await tokenOf(identity)}`
    for (const [operation, { method, path, body: good }] of byId) {
      const asked = async (memoryId: unknown, otherId: unknown): Promise<string> => {
        const fill = (text: string): string =>
          text.replaceAll(MEMORY_ID, String(memoryId)).replaceAll(OTHER_ID, String(otherId))
        const filled = good === undefined ? undefined : JSON.parse(fill(JSON.stringify(good)))
        const answer = await call(`${url}${fill(path)}`, { method, body: filled, headers: { authorization } })
        t.true([403, 404].includes(answer.status), `${operation}: ${answer.status}`)
        t.false(answer.text.includes('canary'), operation)
        return withoutIds(answer)
      }
      const elsewhere = await asked(memory_id, operation === 'readReceipt' ? receiptId : command_id)
      t.is(elsewhere, await asked(randomUUID(), randomUUID()), operation)
    }
  }
})

const withoutIds = ({ status, text, headers }: Answer): string =>
  `${status} ${headers.get('content-type')} ${text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')}`
