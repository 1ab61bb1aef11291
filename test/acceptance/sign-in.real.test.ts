import test from 'ava'
import { runVerb } from '../infra/cli/run-verb.ts'
import { SECRET, withSecret } from '../infra/http/auth/support/signed-tokens.ts'
import { testCluster } from '../support/cluster.ts'
import { post } from '../support/http-client.ts'
import { missingParts } from '../support/real-parts.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

const reason = await missingParts('kafka', 'registry', 'postgres', 'redis')
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

if (reason !== null) {
  test.skip(`signing in to a cluster: ${reason}`, () => {})
} else {
  test('a token opens every process of a cluster, for its own tenant', async (t) => {
    t.timeout(120_000)
    const cluster = await testCluster(temporaryFolder(t))
    t.teardown(() => cluster.remove())
    const credentials = { SOMABRAIN_API_TOKENS: '1', SOMABRAIN_JWT_SECRET: SECRET }
    const writer = await cluster.start('commands', credentials)
    const [reader] = await Promise.all([cluster.start('query', credentials), cluster.start('projector', credentials)])
    const made = await runVerb(cluster.environment, 'tokens', 'create', '--role', 'reader,writer', '--tenant', 'acme')
    t.is(made.code, 0, made.printed)
    const token = /smb_\w+/.exec(made.printed)![0]
    t.is((await post(`${writer.url}/remember`, { content: 'x' })).status, 401)
    const stored = await post(`${writer.url}/remember`, { content: 'Ada lives in Lisbon.' }, bearer(token))
    t.is(stored.status, 202, JSON.stringify(stored.body))
    const question = { query: 'Where does Ada live?', after: stored.body.position }
    const own = await post(`${reader.url}/recall`, question, bearer(token))
    t.is((own.body.results as Array<{ content: string }>)[0]?.content, 'Ada lives in Lisbon.')
    const other = await withSecret({
      tenant_id: 'other',
      namespaces: undefined,
      exp: Math.floor(Date.now() / 1000) + 600,
    })
    const theirs = await post(`${reader.url}/recall`, { query: 'Ada Lisbon' }, bearer(other))
    t.is(theirs.status, 200, JSON.stringify(theirs.body))
    t.deepEqual(theirs.body.results, [])
  })
}
