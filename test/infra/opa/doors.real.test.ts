import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { Identity } from '../../../domain/identity.ts'
import { policyFile, startOpa } from '../../../infra/stack/opa.ts'
import { readStackSettings } from '../../../infra/stack/stack-settings.ts'
import { eventually } from '../../support/eventually.ts'
import { missingParts } from '../../support/real-parts.ts'
import { tokenOf } from '../../support/signed-in.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { wholeServer } from '../../support/whole-server.ts'
import { type AuthorisedCall, authorisedCalls, erase } from '../http/owasp/authorised-calls.ts'
import { askDoor, objectDoors, withoutIds } from '../http/owasp/object-doors.ts'
import { type CallOptions, call } from '../http/support/call.ts'
import { decided } from './decided.ts'

const missing = await missingParts('opa')
const real = missing === null ? test : test.skip
const reason = missing === null ? '' : ` (${missing})`

const { cacheDir } = readStackSettings(process.cwd(), process.env)

const FENCED = `
fenced if {
	input.principal == "bob"
	input.namespace == "secret"
}
`

/** The production policy, in which Bob may do nothing in the namespace `secret`. */
async function startFencingOpa(t: ExecutionContext): Promise<string> {
  const opa = await startOpa({ dir: join(temporaryFolder(t), 'opa'), cacheDir, policy: 'production' })
  t.teardown(() => opa.kill())
  const fenced = readFileSync(policyFile('production'), 'utf8').replace('\treaches\n}', '\treaches\n\tnot fenced\n}')
  t.true(fenced.includes('not fenced'))
  const { result } = (await (await fetch(`${opa.url}/v1/policies`)).json()) as { result: { id: string }[] }
  const replaced = await fetch(`${opa.url}/v1/policies/${encodeURIComponent(result[0]!.id)}`, {
    method: 'PUT',
    body: fenced + FENCED,
  })
  t.is(replaced.status, 200, await replaced.text())
  return opa.url
}

const bearerOf = async (principal: string): Promise<{ authorization: string }> => {
  const roles: Identity['roles'] = ['reader', 'writer', 'admin', 'auditor']
  return { authorization: `Bearer ${await tokenOf({ tenant: 'acme', principal, roles, namespaces: null })}` }
}

/** What may name its namespace, when it names `secret`. */
function inSecret(one: AuthorisedCall): AuthorisedCall {
  if (one.path === '/namespaces/default') return { ...one, path: '/namespaces/secret' }
  if (one.body === undefined) return { ...one, path: `${one.path}?namespace=secret` }
  return { ...one, body: { ...(one.body as object), namespace: 'secret' } }
}

/** About all of the tenant, whatever namespaces it has: a policy decides by the action. */
const WHOLE_TENANT = ['receiptKey', 'readAudit', 'metrics']
const NO_IDS = { memory: '', other: '' }

real(`what a policy denies in a namespace is denied at every door, by name and by id${reason}`, async (t) => {
  const url = await wholeServer(t, { SOMABRAIN_OPA_ENDPOINT: await startFencingOpa(t) })
  const ask = (path: string, options: CallOptions) => decided(() => call(`${url}${path}`, options))
  const [ana, bob] = [await bearerOf('ana'), await bearerOf('bob')]
  const stored = async (namespace: string) => {
    const remember = (subject: string) =>
      ask('/remember', {
        body: { content: `the canary of ${namespace}`, namespace, subject },
        headers: { ...ana, prefer: 'wait=10' },
      })
    const { memory_id, command_id } = (await remember(`kept in ${namespace}`)).json
    await remember(`erased in ${namespace}`)
    const erased = await ask('/forget', {
      body: { mode: 'erase', subject: `erased in ${namespace}` },
      headers: ana,
    })
    return { memory: String(memory_id), command: String(command_id), receipt: String(erased.json.receipt_id) }
  }
  const [secret, open] = [await stored('secret'), await stored('open')]

  for (const [operation, door] of objectDoors) {
    const asked = (named: { memory: string; command: string; receipt: string }, headers: Record<string, string>) => {
      const ids = { memory: named.memory, other: operation === 'readReceipt' ? named.receipt : named.command }
      return decided(() => askDoor(url, door, ids, headers))
    }
    const nowhere = { memory: randomUUID(), command: randomUUID(), receipt: randomUUID() }
    const denied = await asked(secret, bob)
    t.is(denied.status, 404, operation)
    t.is(withoutIds(denied), withoutIds(await asked(nowhere, bob)), operation)
    for (const [ids, headers] of [
      [open, bob],
      [secret, ana],
    ] as const) {
      t.true((await asked(ids, headers)).status < 300, operation)
    }
  }

  const named = Object.entries({ ...authorisedCalls, erase }).filter(
    ([operation]) => !objectDoors.some(([door]) => door === operation) && !WHOLE_TENANT.includes(operation),
  )
  t.is(named.length, 13, 'a door that is new says here how it is closed')
  for (const [operation, door] of named) {
    if (operation === 'listNamespaces') continue
    const denied = await decided(() => askDoor(url, inSecret(door), NO_IDS, bob))
    t.is(denied.status, 403, `${operation}: ${denied.text}`)
    t.is(denied.json.code, 'forbidden')
  }

  const listed = async (headers: Record<string, string>) =>
    ((await ask('/namespaces', { headers })).json.items as { namespace: string }[]).map((one) => one.namespace)
  t.deepEqual(await listed(bob), ['open'])
  t.deepEqual(await listed(ana), ['open', 'secret'])

  // The tenant as a whole: refused when a part of it is denied, and only then.
  const exported = (subject: string) => ask(`/subjects/${encodeURIComponent(subject)}/export`, { headers: bob })
  const erasedBy = (subject: string) => ask('/forget', { body: { mode: 'erase', subject }, headers: bob })
  for (const wholly of [exported, erasedBy]) {
    const denied = await wholly('kept in secret')
    t.is(denied.status, 403)
    t.false(/secret/.test(denied.text), 'nor where it is')
    t.true((await wholly('kept in open')).status < 300)
  }
  const kept = await ask(`/memories/${secret.memory}`, { headers: ana })
  t.is(kept.json.content, 'the canary of secret', 'nothing was erased')

  // An agent's tools pass the same doors.
  const tool = async (name: string, input: Record<string, unknown>): Promise<string> => {
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } }
    const headers = { ...bob, accept: 'application/json, text/event-stream' }
    return eventually(async () => {
      const { text } = await ask('/mcp', { body, headers })
      assert.doesNotMatch(text, /policy_unavailable/)
      return text
    })
  }
  for (const name of ['recall', 'context']) {
    t.regex(await tool(name, { query: 'canary', namespace: 'secret' }), /forbidden/)
  }
  t.regex(await tool('remember', { content: 'x', namespace: 'secret' }), /forbidden/)
  t.regex(await tool('forget', { memory_id: secret.memory }), /memory_not_found/)
})
