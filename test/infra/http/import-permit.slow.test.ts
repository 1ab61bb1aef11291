import test from 'ava'
import type { Identity } from '../../../domain/identity.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { unauthenticated } from '../../../infra/http/auth/authenticator.ts'
import type { HttpServerDeps } from '../../../infra/http/http-server-deps.ts'
import { PERMIT_STANDS_MS } from '../../../infra/http/standing-permit.ts'
import { NOW } from './support/doubles.ts'
import { openImport } from './support/open-import.ts'
import { startEdge } from './support/start-edge.ts'

const WRITER: Identity = { tenant: 'acme', principal: 'agent', roles: ['writer'], namespaces: null }
const policySays = (code: 'forbidden' | 'policy_unavailable') => () => {
  throw new ProblemError({ code, detail: 'no' })
}

const ENDS: ReadonlyArray<readonly [string, string, Partial<HttpServerDeps>]> = [
  [
    'whose credential ends',
    'unauthenticated',
    {
      authenticator: {
        authenticate() {
          throw unauthenticated('revoked_token', 'The token was revoked')
        },
      },
    },
  ],
  ['whose role is taken away', 'forbidden', { authenticator: { authenticate: () => ({ ...WRITER, roles: [] }) } }],
  ['that the policy allows no more', 'forbidden', { authorise: policySays('forbidden') }],
  ['that the policy cannot be asked about', 'policy_unavailable', { authorise: policySays('policy_unavailable') }],
]

for (const [which, code, then] of ENDS) {
  test(`an import ${which} keeps what it stored, stores nothing more, and says so`, async (t) => {
    let time = NOW
    let now: Partial<HttpServerDeps> = {}
    const edge = await startEdge(t, {
      now: () => time,
      authenticator: { authenticate: (...asked) => now.authenticator?.authenticate(...asked) ?? WRITER },
      authorise: (...asked) => now.authorise?.(...asked),
    })
    const client = await openImport(edge.port)
    client.send('{"content":"first"}')
    await client.until((text) => text.includes('"index":0,"status":"accepted"'))
    now = then
    time += PERMIT_STANDS_MS - 1
    client.send('{"content":"within the time that a permit stands"}')
    await client.until((text) => text.includes('"index":1,"status":"accepted"'))
    time += 1
    client.send('{"content":"third"}')
    const text = await client.until((received) => received.includes('"accepted":'))
    const summary = JSON.parse(/\{"accepted":.*\}/.exec(text)![0])
    t.like(summary, { accepted: 2, failed: 1, error: { code } })
    t.regex(text, new RegExp(`"index":2,"error":\\{"code":"${code}"`))
    client.send('{"content":"fourth"}')
    await client.closed
    t.is(edge.commands.calls.length, 2)
  })
}

test('an import is authenticated again every few seconds, not with every line, and after a clock was set back', async (t) => {
  let time = NOW
  let asked = 0
  const authenticate = () => {
    asked += 1
    return WRITER
  }
  const edge = await startEdge(t, { now: () => time, authenticator: { authenticate } })
  const client = await openImport(edge.port)
  for (const [index, [passed, times]] of [
    [0, 1],
    [PERMIT_STANDS_MS, 2],
    [PERMIT_STANDS_MS - 1, 2],
    [1, 3],
    [-1, 4],
  ].entries()) {
    time += passed!
    client.send('{"content":"x"}')
    await client.until((text) => text.includes(`"index":${index},"status":"accepted"`))
    t.is(asked, times!)
  }
  client.socket.destroy()
})
