import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import test from 'ava'
import { shardOf } from '../../../domain/shard.ts'
import { call } from './support/call.ts'
import { startEdge } from './support/start-edge.ts'

const HEADER = 'x-somabrain-shard'
/** Of tenant `default`, namespaces `notes` and `default`: as every release must give them. */
const [NOTES, DEFAULT] = ['8070491f', '2f8a08fa']

test('every answer about a namespace carries its shard', async (t) => {
  const { url } = await startEdge(t)
  const recalled = await call(`${url}/recall`, { body: { query: 'x', namespace: 'notes' } })
  const stored = await call(`${url}/remember`, { body: { content: 'x' } })
  const listed = await call(`${url}/v1/memories?namespace=notes`)
  t.deepEqual(
    [recalled, stored, listed].map(({ headers }) => headers.get(HEADER)),
    [NOTES, DEFAULT, NOTES],
  )
})

test('a refusal that is about a namespace carries its shard, an answer about none does not', async (t) => {
  const { url } = await startEdge(t)
  const identity = { tenant: 'default', principal: 'p', roles: [], namespaces: null, credential: 'none' } as const
  const edge = await startEdge(t, { authenticator: { authenticate: () => identity } })
  const refused = await call(`${edge.url}/recall`, { body: { query: 'x', namespace: 'notes' } })
  t.is(refused.status, 403)
  t.is(refused.headers.get(HEADER), NOTES)
  t.is((await call(`${url}/namespaces`)).headers.get(HEADER), null)
  t.is((await call(`${url}/health`)).headers.get(HEADER), null)
})

test('the shard is the same whatever a request says of it', async (t) => {
  const { url } = await startEdge(t)
  const headers = { [HEADER]: 'ffffffff' }
  const answer = await call(`${url}/recall`, { body: { query: 'x', namespace: 'notes' }, headers })
  t.is(answer.headers.get(HEADER), NOTES)
})

test('the documented command computes what answers carry', (t) => {
  const page = readFileSync('docs/how-to/many-query-processes.md', 'utf8')
  const block = /```sh\n(?<code>[^`]+)```/.exec(page)?.groups?.code ?? ''
  t.is(execFileSync('bash', ['-euo', 'pipefail', '-c', block], { encoding: 'utf8' }).trim(), NOTES)
  const another = block.replace('shard default notes', 'shard acme 7-notes.of_ours')
  const computed = execFileSync('bash', ['-euo', 'pipefail', '-c', another], { encoding: 'utf8' }).trim()
  t.is(computed, shardOf({ tenant: 'acme', namespace: '7-notes.of_ours' }))
})
