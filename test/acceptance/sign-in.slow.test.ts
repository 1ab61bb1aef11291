import assert from 'node:assert/strict'
import test from 'ava'
import { tokenHash, tokenId } from '../../infra/tokens/token-text.ts'
import { runVerb } from '../infra/cli/run-verb.ts'
import { SECRET, withSecret } from '../infra/http/auth/support/signed-tokens.ts'
import { eventually } from '../support/eventually.ts'
import { post, send } from '../support/http-client.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

const REVOKED_WITHIN_MS = 30_000
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const inTenMinutes = (): number => Math.floor(Date.now() / 1000) + 600

test('tenants that sign in to one server with tokens of every kind do not see each other', async (t) => {
  const dataDir = temporaryFolder(t)
  const server = await startServerProcess(dataDir, { SOMABRAIN_JWT_SECRET: SECRET, SOMABRAIN_API_TOKEN: 'ours' })
  t.teardown(() => server.stop())
  const made = await runVerb(
    { SOMABRAIN_DATA_DIR: dataDir },
    'tokens',
    'create',
    '--role',
    'reader,writer',
    '--tenant',
    'b',
  )
  const ofTenant = {
    default: 'ours',
    a: await withSecret({ tenant_id: 'a', namespaces: ['default'], exp: inTenMinutes() }),
    b: /smb_\w+/.exec(made.printed)![0],
  }
  for (const [tenant, token] of Object.entries(ofTenant)) {
    const stored = await post(`${server.url}/remember`, { content: `Lisbon, says ${tenant}.` }, bearer(token))
    t.is(stored.status, 202, tenant)
  }
  for (const [tenant, token] of Object.entries(ofTenant)) {
    const answer = await post(`${server.url}/recall`, { query: 'Lisbon' }, bearer(token))
    const contents = (answer.body.results as Array<{ content: string }>).map(({ content }) => content)
    t.deepEqual(contents, [`Lisbon, says ${tenant}.`])
  }
  t.is((await post(`${server.url}/recall`, { query: 'Lisbon' })).status, 401)
  const elsewhere = await post(`${server.url}/recall`, { query: 'x', namespace: 'other' }, bearer(ofTenant.a))
  t.is(elsewhere.status, 403)
})

test('a token of `tokens create` opens a running server, and a revoked one is refused within thirty seconds', async (t) => {
  const environment = { SOMABRAIN_DATA_DIR: temporaryFolder(t) }
  const server = await startServerProcess(environment.SOMABRAIN_DATA_DIR, { SOMABRAIN_API_TOKENS: '1' })
  t.teardown(() => server.stop())
  t.regex(server.output(), /callers +with a credential\n/)
  t.is((await send('GET', `${server.url}/namespaces`)).status, 401)
  const token = /smb_\w+/.exec((await runVerb(environment, 'tokens', 'create', '--role', 'reader')).printed)![0]
  const status = async (): Promise<number> =>
    (await send('GET', `${server.url}/namespaces`, undefined, bearer(token))).status
  t.is(await status(), 200)
  const revoked = await runVerb(environment, 'tokens', 'revoke', tokenId(tokenHash(token)))
  t.is(revoked.code, 0)
  await eventually(async () => assert.equal(await status(), 401), REVOKED_WITHIN_MS)
  t.is(await status(), 401)
  t.false(server.output().includes(token))
})
