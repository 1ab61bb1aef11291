import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import type { Identity } from '../../../domain/identity.ts'
import { ProblemError } from '../../../domain/problem.ts'
import {
  createOpaPolicy,
  type OpaPolicy,
  type OpaPolicyOptions,
  type PolicyInput,
} from '../../../infra/opa/opa-policy.ts'

// What a policy engine does when it does not work, which the real one cannot be made to do: see decision-table.real.test.ts
// for what it says.

const ana: Identity = { tenant: 'acme', principal: 'ana', roles: ['reader'], namespaces: null }

/** An engine that answers does so within this, however busy the machine is. */
const PATIENT_MS = 30_000
/** For engines that do not. */
const SHORT_MS = 200

interface Engine {
  readonly policy: OpaPolicy
  readonly inputs: PolicyInput[]
  /** Connections that were ever opened. */
  connections(): number
}

async function engineThat(
  t: ExecutionContext,
  answer: (...args: Parameters<RequestListener>) => void,
  options: Partial<OpaPolicyOptions> = {},
): Promise<Engine> {
  const inputs: PolicyInput[] = []
  let connections = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      inputs.push(JSON.parse(Buffer.concat(chunks).toString()).input)
      answer(request, response)
    })
  })
  server.on('connection', () => {
    connections += 1
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const policy = createOpaPolicy({ endpoint, mode: 'production', timeoutMs: PATIENT_MS, ...options })
  t.teardown(() => {
    policy.close()
    server.closeAllConnections()
    server.close()
  })
  return { policy, inputs, connections: () => connections }
}

const says =
  (body: string, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  }

const codeOf = async (asked: unknown): Promise<string> => {
  try {
    await asked
    return 'allowed'
  } catch (error) {
    return error instanceof ProblemError ? error.problem.code : String(error)
  }
}

test('the policy sees who asks, for what, where, and in which mode', async (t) => {
  const { policy, inputs } = await engineThat(t, says('{"result":true}'))
  await policy.authorise({ ...ana, namespaces: ['a', 'b'], credential: 'token:1' }, 'recall', 'a')
  t.deepEqual(inputs, [
    {
      tenant: 'acme',
      principal: 'ana',
      roles: ['reader'],
      namespaces: ['a', 'b'],
      action: 'recall',
      namespace: 'a',
      mode: 'production',
    },
  ])
})

test('yes is allowed, and no is forbidden', async (t) => {
  const yes = await engineThat(t, says('{"result":true}'))
  t.is(await codeOf(yes.policy.authorise(ana, 'recall', 'a')), 'allowed')
  const no = await engineThat(t, says('{"result":false}'))
  t.is(await codeOf(no.policy.authorise(ana, 'recall', 'a')), 'forbidden')
})

for (const [what, listener] of [
  ['is silent', () => {}],
  ['begins an answer and stops', (_request, response) => void response.writeHead(200).write('{"res')],
  ['cuts the connection', (request) => request.socket.destroy()],
  ['has a fault', says('{"code":"internal_error"}', 500)],
  ['has no policy', says('{}')],
  ['has a policy that says neither yes nor no', says('{"result":{"allow":true}}')],
  ['says yes as a text', says('{"result":"true"}')],
  ['is something else', says('<html>welcome</html>')],
  ['answers without an end', (_request, response) => void response.writeHead(200).write('x'.repeat(100_000))],
  ['redirects', (_request, response) => void response.writeHead(302, { location: '/yes' }).end()],
] as ReadonlyArray<readonly [string, RequestListener]>) {
  test(`an engine that ${what} is a 503 and never a yes or a no`, async (t) => {
    const { policy } = await engineThat(t, listener, { timeoutMs: SHORT_MS })
    const error = await t.throwsAsync(async () => policy.authorise(ana, 'recall', 'a'), { instanceOf: ProblemError })
    t.is(error?.problem.code, 'policy_unavailable')
    t.is(error?.status, 503)
    await t.throwsAsync(policy.probe())
  })
}

test('an engine that is not there is a 503, and the next answer after an outage counts', async (t) => {
  let down = true
  const { policy } = await engineThat(t, (request, response) => {
    if (down) request.socket.destroy()
    else says('{"result":true}')(request, response)
  })
  t.is(await codeOf(policy.authorise(ana, 'recall', 'a')), 'policy_unavailable')
  down = false
  t.is(await codeOf(policy.authorise(ana, 'recall', 'a')), 'allowed')
})

test('decisions share connections, and one that died while it was idle costs nobody an answer', async (t) => {
  let requests = 0
  const { policy, connections } = await engineThat(
    t,
    (request, response) => {
      requests += 1
      // The third request finds its connection gone the moment that it is sent, as when an idle timeout races it.
      if (requests === 3) request.socket.resetAndDestroy()
      else says('{"result":true}')(request, response)
    },
    { cacheMs: 0 },
  )
  for (const namespace of ['a', 'b', 'c', 'd'])
    t.is(await codeOf(policy.authorise(ana, 'recall', namespace)), 'allowed')
  t.is(requests, 5)
  t.is(connections(), 2)
})

test('what differs in any part of the question is another question', async (t) => {
  const { policy, inputs } = await engineThat(t, says('{"result":true}'))
  const asks: ReadonlyArray<Parameters<OpaPolicy['authorise']>> = [
    [ana, 'recall', 'a'],
    [ana, 'recall', 'b'],
    [ana, 'recall', null],
    [ana, 'read', 'a'],
    [{ ...ana, tenant: 'b' }, 'recall', 'a'],
    [{ ...ana, principal: 'b' }, 'recall', 'a'],
    [{ ...ana, roles: ['reader', 'writer'] }, 'recall', 'a'],
    [{ ...ana, namespaces: ['a'] }, 'recall', 'a'],
    [{ ...ana, namespaces: [] }, 'recall', 'a'],
  ]
  for (const ask of [...asks, ...asks]) await policy.authorise(...ask)
  t.is(inputs.length, asks.length)
})
