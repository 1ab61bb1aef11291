import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'ava'
import { startOpa } from '../../../infra/stack/opa.ts'
import { readStackSettings } from '../../../infra/stack/stack-settings.ts'
import { eventually } from '../../support/eventually.ts'
import { get, post } from '../../support/http-client.ts'
import { missingParts } from '../../support/real-parts.ts'
import { tokenOf } from '../../support/signed-in.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { wholeServer } from '../../support/whole-server.ts'
import { decided } from './decided.ts'

const missing = await missingParts('opa')
const real = missing === null ? test : test.skip
const reason = missing === null ? '' : ` (${missing})`

const { cacheDir } = readStackSettings(process.cwd(), process.env)

real(
  `a server asks its policy engine, and without its answer refuses with 503 until it is back${reason}`,
  async (t) => {
    const opa = await startOpa({ dir: join(temporaryFolder(t), 'opa'), cacheDir, policy: 'production' })
    t.teardown(() => opa.kill())
    const url = await wholeServer(t, { SOMABRAIN_OPA_ENDPOINT: opa.url })
    const identity = { tenant: 'acme', principal: 'p', roles: ['reader', 'writer'] as const, namespaces: null }
    const credential = { authorization: `Bearer ${await tokenOf(identity)}` }
    const recall = (namespace: string) => post(`${url}/recall`, { query: 'x', namespace }, credential)

    t.is((await decided(() => recall('a'))).status, 200)
    const healthy = await decided(() => get(`${url}/health`))
    t.like(healthy.body, { components: { opa: { status: 'healthy' } } })
    await opa.kill()
    const refused = await recall('b')
    t.is(refused.status, 503)
    t.is(refused.body.code, 'policy_unavailable')
    t.truthy(refused.headers.get('retry-after'))
    const unwritten = await post(`${url}/remember`, { content: 'x', namespace: 'b' }, credential)
    t.is(unwritten.body.code, 'policy_unavailable')
    const health = await eventually(async () => {
      const answer = await get(`${url}/health`)
      assert.equal(answer.status, 503)
      return answer
    })
    t.like(health.body, {
      status: 'degraded',
      components: { opa: { status: 'unhealthy', error: 'Connection refused' } },
    })
    t.false(JSON.stringify(health.body).includes(new URL(opa.url).host))
    await opa.restart()
    await eventually(async () => assert.equal((await recall('b')).status, 200))
  },
)

real(`a policy narrows what the roles allow, and widens nothing${reason}`, async (t) => {
  const opa = await startOpa({ dir: join(temporaryFolder(t), 'opa'), cacheDir, policy: 'development' })
  t.teardown(() => opa.kill())
  const admin = { tenant: 'acme', principal: 'p', roles: ['reader'] as const, namespaces: null }
  const credential = { authorization: `Bearer ${await tokenOf(admin)}` }
  for (const [mode, status] of [
    ['development', 200],
    ['enterprise', 403],
  ] as const) {
    const url = await wholeServer(t, { SOMABRAIN_OPA_ENDPOINT: opa.url, SOMABRAIN_MODE: mode })
    const recalled = await decided(() => post(`${url}/recall`, { query: 'x' }, credential))
    t.is(recalled.status, status, mode)
    t.is(
      (await post(`${url}/remember`, { content: 'x' }, credential)).status,
      403,
      'the policy says yes in development',
    )
  }
})
