import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { eventually } from '../../support/eventually.ts'
import { send } from '../../support/http-client.ts'
import { startServerProcess } from '../../support/server-process.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const CANARY = 'canary7f3e'
/** A different one in each field, so that what is found tells where it came from. */
const canary = (field: string): string => `${CANARY}-${field}`
const ID = '0198f0de-3b5a-8c1d-9e2f-4a6b8c0d2e4f'

const memory = {
  content: canary('content'),
  metadata: { [canary('key')]: canary('value') },
  tags: [canary('tag')],
  author: canary('author'),
  run_id: canary('run'),
  user_id: canary('user'),
  agent_id: canary('agent'),
}
const scopes = { user_id: canary('user'), agent_id: canary('agent'), run_id: canary('run') }
const filters = { 'metadata.source': canary('filter'), author: { $in: [canary('filter-author')] } }

const requests: ReadonlyArray<readonly [string, string, unknown?]> = [
  ['POST', '/remember', memory],
  ['POST', '/remember', { ...memory, unknown: canary('unknown') }],
  ['POST', '/remember/batch', { items: [memory, { content: '' }] }],
  ['POST', '/recall', { query: canary('query'), ...scopes, filters, k: 3 }],
  ['POST', '/recall', { query: canary('query'), k: canary('k') }],
  ['POST', '/context', { query: canary('context'), ...scopes }],
  ['POST', '/plan', { goal: canary('goal'), ...scopes, filters }],
  ['POST', '/memories/search', { filters, ...scopes }],
  ['GET', `/memories?user_id=${canary('user')}&cursor=${canary('cursor')}`],
  ['GET', `/memories/${canary('path')}`],
  ['GET', `/memories/${ID}/history`],
  ['POST', '/forget', { filters, dry_run: true, ...scopes }],
  ['POST', '/forget', { mode: 'erase', user_id: canary('user') }],
  ['POST', '/link', { from: ID, rel: canary('rel'), to: ID }],
  ['POST', '/feedback', { memory_id: ID, useful: canary('useful') }],
  ['GET', `/subjects/${canary('subject')}/export`],
  ['GET', `/audit?principal=${canary('principal')}&cursor=${canary('cursor')}`],
  ['GET', `/${canary('nowhere')}`],
]

/** Names of files in which the canary stands, with what is around it. */
function found(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .flatMap((name) => {
      const text = readFileSync(join(folder, name)).toString('latin1')
      const at = text.indexOf(CANARY)
      return at === -1 ? [] : [`${name}: ${text.slice(at, at + 24)}`]
    })
}

test('nothing of what was asked, or of the credential, is in the audit, in any other file or in what was logged', async (t) => {
  t.timeout(120_000)
  const dataDir = temporaryFolder(t)
  const token = canary('token-of-the-owner')
  const environment = { SOMABRAIN_API_TOKEN: token, LOG_LEVEL: 'debug' }
  const server = await startServerProcess(dataDir, environment)
  t.teardown(() => server.kill())
  const credentials = [`Bearer ${token}`, `Bearer ${canary('wrong-token')}`]
  for (const authorization of credentials) {
    for (const [method, path, body] of requests) {
      await send(method, `${server.url}${path}`, body, { authorization, 'idempotency-key': canary('idempotency') })
    }
  }
  await eventually(async () => {
    const { body } = await audit(server.url, token)
    if ((body.items as unknown[]).length < 10) throw new Error('not chained yet')
  })
  const { body } = await audit(server.url, token)
  t.false(JSON.stringify(body).includes(CANARY))
  // Killed, so that write-ahead logs are looked at too.
  await server.kill()
  t.deepEqual(found(dataDir), [])
  t.false(server.output().includes(CANARY))
})

const audit = (url: string, token: string) =>
  send('GET', `${url}/audit?limit=500`, undefined, { authorization: `Bearer ${token}` })
