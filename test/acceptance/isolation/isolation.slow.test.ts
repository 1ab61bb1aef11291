import test, { type ExecutionContext } from 'ava'
import type { FastifyInstance } from 'fastify'
import { createHttpServer } from '../../../infra/http/create-http-server.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import { openEmbedded } from '../../support/embedded.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { wholeServer } from '../../support/whole-server.ts'
import { assertItWasReal } from './assert-attack.ts'
import { attack, type Send } from './attack.ts'
import type { HttpCall } from './generate-call.ts'
import { sendOverHttp } from './send-over-http.ts'
import { authenticator } from './tenants.ts'

const IN_PROCESS = Number(process.env.SOMABRAIN_TEST_ISOLATION_CALLS ?? 20_000)
const OVER_HTTP = Number(process.env.SOMABRAIN_TEST_ISOLATION_HTTP_CALLS ?? 4_000)
const seed = Number(process.env.SOMABRAIN_TEST_SEED ?? Date.now() % 2 ** 31)

/** A whole embedded server over a folder of its own, with holders of several tenants. */
async function serverOfManyTenants(t: ExecutionContext): Promise<FastifyInstance> {
  const { commands, query, erasure, audit, auditApi, metrics } = await openEmbedded(t, temporaryFolder(t))
  const app = createHttpServer({
    commands,
    query,
    erasure,
    audit,
    auditApi,
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

const headersOf = (token: string, { body, headers }: HttpCall): Record<string, string> => ({
  ...headers,
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

test.serial('no answer tells a tenant anything of another one, in process', async (t) => {
  t.timeout(7_200_000)
  const app = await serverOfManyTenants(t)
  await app.ready()
  const report = await attack(inProcess(app), { calls: IN_PROCESS, inParallel: 64, seed })
  assertItWasReal(t, report, IN_PROCESS, seed)
})

test.serial('no answer of a whole server tells a tenant anything of another one, over many connections', async (t) => {
  t.timeout(1_200_000)
  const url = await wholeServer(t)
  const report = await attack(await sendOverHttp(t, url), { calls: OVER_HTTP, inParallel: 64, seed })
  assertItWasReal(t, report, OVER_HTTP, seed)
})
