import assert from 'node:assert/strict'
import test from 'ava'
import { eventually } from '../../support/eventually.ts'
import { tokenOf } from '../../support/signed-in.ts'
import { wholeServer } from '../../support/whole-server.ts'
import { call } from '../http/support/call.ts'

test('a keyed command about a memory is answered as the first time, after the memory was erased too', async (t) => {
  const url = await wholeServer(t)
  const token = await tokenOf({ tenant: 'acme', principal: 'p', roles: ['admin'], namespaces: null })
  const authorization = `Bearer ${token}`
  const headers = { authorization, prefer: 'wait=10' }
  const remember = async (user_id: string) =>
    (await call(`${url}/remember`, { body: { content: 'x', user_id }, headers })).json.memory_id
  const [memory_id, target] = [await remember('ana'), await remember('bob')]
  const bodies = {
    feedback: { memory_id },
    link: { memory_id, rel: 'about', target },
    unlink: { memory_id, rel: 'about', target },
    forget: { memory_id },
    restore: { memory_id },
  }
  const commands = [{}, { namespace: 'default' }].flatMap((named, i) =>
    Object.entries(bodies).map(([route, body]) => ({ route, body: { ...body, ...named }, key: `${route}-${i}` })),
  )
  const answers = async (): Promise<readonly { replayed: boolean; commandId: unknown }[]> => {
    const given = []
    for (const { route, body, key } of commands) {
      const {
        status,
        headers: said,
        text,
      } = await call(`${url}/${route}`, {
        body,
        headers: { authorization, 'idempotency-key': key },
      })
      t.is(status, 202, `${route}: ${text}`)
      given.push({
        replayed: said.get('idempotent-replayed') === 'true',
        commandId: /"command_id":"([^"]+)"/.exec(text)?.[1],
      })
    }
    return given
  }
  const first = await answers()
  t.true(first.every(({ replayed }) => !replayed))

  const erase = (user_id: string) => call(`${url}/forget`, { body: { mode: 'erase', user_id }, headers })
  const begun = await erase('ana')
  t.is(begun.status, 202)
  await eventually(async () => {
    const receipt = await call(`${url}/receipts/${begun.json.receipt_id}`, { headers })
    assert.equal(receipt.json.status, 'complete')
  })
  t.is((await call(`${url}/memories/${memory_id}`, { headers })).status, 404)
  t.deepEqual(
    await answers(),
    first.map(({ commandId }) => ({ replayed: true, commandId })),
  )

  // What becomes of an erasure is its receipt's to say: no wait is claimed, whether it began or not.
  const nobody = await erase('nobody')
  t.is(nobody.status, 404)
  t.deepEqual(
    [begun, nobody].map((answer) => answer.headers.get('preference-applied')),
    [null, null],
  )
})
