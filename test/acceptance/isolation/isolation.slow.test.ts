import { once } from 'node:events'
import { Agent, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import type { FastifyInstance } from 'fastify'
import { createHttpServer } from '../../../infra/http/create-http-server.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import { openEmbedded } from '../../support/embedded.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { type AttackReport, attack, type HttpAnswer, type Send } from './attack.ts'
import type { HttpCall } from './generate-call.ts'
import { authenticator } from './tenants.ts'

const IN_PROCESS = Number(process.env.SOMABRAIN_TEST_ISOLATION_CALLS ?? 20_000)
const OVER_HTTP = Number(process.env.SOMABRAIN_TEST_ISOLATION_HTTP_CALLS ?? 4_000)
const seed = Number(process.env.SOMABRAIN_TEST_SEED ?? Date.now() % 2 ** 31)

/** A whole embedded server over a folder of its own, with holders of several tenants. */
async function serverOfManyTenants(t: ExecutionContext): Promise<FastifyInstance> {
  const { commands, query, metrics } = await openEmbedded(t, temporaryFolder(t))
  const app = createHttpServer({
    commands,
    query,
    authenticator,
    health: async () => ({ status: 'healthy', timestamp: '', components: {}, version: '', mode: '' }),
    ready: () => ({ ready: true }),
    startup: () => ({ ready: true }),
    metrics,
    logger: createLogger({ level: 'silent' }),
    now: Date.now,
    version: '0.0.0',
  })
  t.teardown(() => app.close())
  return app
}

const headersOf = (token: string, { body }: HttpCall): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  ...(body === undefined ? {} : { 'content-type': 'application/json' }),
})

const inProcess =
  (app: FastifyInstance): Send =>
  async (token, call) => {
    const { method, path, body } = call
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) }
    const answer = await app.inject({ method, url: path, headers: headersOf(token, call), ...payload })
    return { status: answer.statusCode, text: answer.body }
  }

function overHttp(t: ExecutionContext, port: number): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  t.teardown(() => agent.destroy())
  return async (token, call): Promise<HttpAnswer> => {
    const { method, path, body } = call
    const sent = request({ host: '127.0.0.1', port, agent, method, path, headers: headersOf(token, call) })
    sent.end(body === undefined ? undefined : JSON.stringify(body))
    const [answer] = await once(sent, 'response')
    let text = ''
    for await (const chunk of answer.setEncoding('utf8')) text += chunk
    return { status: answer.statusCode, text }
  }
}

/** An attack that was refused everything, or was told nothing, proves nothing. */
function assertItWasReal(t: ExecutionContext, report: AttackReport, calls: number): void {
  t.log(JSON.stringify({ seed, ...report }))
  t.true(report.calls >= calls)
  t.true(report.withOwnData > calls / 20, 'holders see their own')
  t.true(report.compared > calls / 10, 'many ask about what is not theirs')
  for (const status of [200, 202, 400, 403, 404]) t.true((report.ofStatus[status] ?? 0) > 0, `some get ${status}`)
}

test.serial('no answer tells a tenant anything of another one, in process', async (t) => {
  t.timeout(7_200_000)
  const app = await serverOfManyTenants(t)
  await app.ready()
  const report = await attack(inProcess(app), { calls: IN_PROCESS, inParallel: 64, seed })
  assertItWasReal(t, report, IN_PROCESS)
})

test.serial('no answer tells a tenant anything of another one, over HTTP, from many connections at once', async (t) => {
  t.timeout(1_200_000)
  const app = await serverOfManyTenants(t)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const report = await attack(overHttp(t, port), { calls: OVER_HTTP, inParallel: 64, seed })
  assertItWasReal(t, report, OVER_HTTP)
})
