import { randomUUID } from 'node:crypto'
import test from 'ava'
import type { Identity } from '../../../../domain/identity.ts'
import { tokenOf } from '../../../support/signed-in.ts'
import { wholeServer } from '../../../support/whole-server.ts'
import { call } from '../support/call.ts'
import { askDoor, objectDoors, withoutIds } from './object-doors.ts'

// OWASP API1:2023, broken object level authorisation. With random calls of many holders at once: test/acceptance/isolation.

const of = (tenant: string, namespaces: string[] | null = null): Identity => ({
  tenant,
  principal: 'p',
  roles: ['reader', 'writer', 'admin', 'auditor'],
  namespaces,
})

test("another tenant's object, and one beyond the credential's namespaces, answer as one that does not exist", async (t) => {
  const url = await wholeServer(t)
  const owner = { authorization: `Bearer ${await tokenOf(of('acme'))}` }
  const body = { content: 'the canary of acme', user_id: 'ana', metadata: { canary: 'acme' }, tags: ['acme'] }
  const headers = { ...owner, prefer: 'wait=10' }
  const { memory_id, command_id } = (await call(`${url}/remember`, { body, headers })).json
  const erased = await call(`${url}/forget`, { body: { mode: 'erase', user_id: 'bob' }, headers: owner })
  const receiptId = String(erased.json.receipt_id ?? randomUUID())
  t.is((await call(`${url}/memories/${memory_id}`, { headers: owner })).status, 200, 'it is there for its owner')
  t.is(objectDoors.length, 13)

  for (const identity of [of('bolt'), of('bolt', ['default']), of('acme', ['other'])]) {
    const authorization = `Bearer ${await tokenOf(identity)}`
    for (const [operation, door] of objectDoors) {
      const asked = async (memoryId: unknown, otherId: unknown): Promise<string> => {
        const ids = { memory: String(memoryId), other: String(otherId) }
        const answer = await askDoor(url, door, ids, { authorization })
        t.true([403, 404].includes(answer.status), `${operation}: ${answer.status}`)
        t.false(answer.text.includes('canary'), operation)
        return withoutIds(answer)
      }
      const elsewhere = await asked(memory_id, operation === 'readReceipt' ? receiptId : command_id)
      t.is(elsewhere, await asked(randomUUID(), randomUUID()), operation)
    }
  }
})
