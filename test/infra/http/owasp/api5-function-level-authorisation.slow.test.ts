import test from 'ava'
import { decide } from '../../../../domain/authorisation/decide.ts'
import type { Role } from '../../../../domain/identity.ts'
import { tokenOf } from '../../../support/signed-in.ts'
import { wholeServer } from '../../../support/whole-server.ts'
import { call } from '../support/call.ts'
import { authorisedCalls, erase, WITH_CHECKS_OF_ITS_OWN } from './authorised-calls.ts'

// OWASP API5:2023, broken function level authorisation.

const ROLES: ReadonlyArray<readonly Role[]> = [[], ['reader'], ['writer'], ['admin'], ['auditor']]

interface Operation {
  readonly operationId: string
  readonly security?: readonly unknown[]
}

test('every operation that is served asks for the role that its action needs, and nothing without a role', async (t) => {
  const url = await wholeServer(t)
  const document = (await call(`${url}/openapi.json`)).json as { paths: Record<string, Record<string, Operation>> }
  const closed = Object.values(document.paths)
    .flatMap((operations) => Object.values(operations))
    .filter(({ security }) => security?.length !== 0)
    .map(({ operationId }) => operationId)
    .filter((id) => !WITH_CHECKS_OF_ITS_OWN.includes(id))
  t.deepEqual(
    closed.filter((id) => authorisedCalls[id] === undefined),
    [],
    'an operation that no role was decided for',
  )
  for (const roles of ROLES) {
    const token = await tokenOf({ tenant: 'acme', principal: 'p', roles, namespaces: null })
    for (const { action, method, path, body } of [...closed.map((id) => authorisedCalls[id]!), erase]) {
      const answer = await call(`${url}${path}`, { method, body, headers: { authorization: `Bearer ${token}` } })
      const { allowed } = decide({ roles, namespaces: null }, action, null)
      const what = `[${roles}] ${method} ${path}: ${answer.status} ${answer.text.slice(0, 200)}`
      if (allowed) t.false([401, 403].includes(answer.status), what)
      else t.like(answer.json, { status: 403, code: 'forbidden' }, what)
    }
  }
})

test('a role that the credential does not carry cannot be asked for', async (t) => {
  const url = await wholeServer(t)
  const token = await tokenOf({ tenant: 'acme', principal: 'p', roles: ['reader'], namespaces: null })
  for (const headers of [
    { 'x-roles': 'admin' },
    { 'x-somabrain-roles': 'admin' },
    { 'x-http-method-override': 'GET' },
    { 'x-original-url': '/health' },
    { 'x-forwarded-for': '127.0.0.1' },
  ] as ReadonlyArray<Record<string, string>>) {
    const answer = await call(`${url}/remember`, {
      body: { content: 'x' },
      headers: { authorization: `Bearer ${token}`, ...headers },
    })
    t.is(answer.status, 403, JSON.stringify(headers))
  }
  for (const path of [
    '/remember?role=admin',
    '/v1/remember?roles=admin',
    '//remember',
    '/remember/',
    '/REMEMBER',
    '/health/../remember',
  ]) {
    const answer = await call(`${url}${path}`, {
      body: { content: 'x' },
      headers: { authorization: `Bearer ${token}` },
    })
    t.true(answer.status >= 400, `${path}: ${answer.status}`)
  }
})
