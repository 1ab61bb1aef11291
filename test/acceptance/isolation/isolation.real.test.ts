import test from 'ava'
import { Redis } from 'ioredis'
import { testCluster } from '../../support/cluster.ts'
import { missingParts, realParts } from '../../support/real-parts.ts'
import { JWT_SECRET } from '../../support/signed-in.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { assertItWasReal } from './assert-attack.ts'
import { attack } from './attack.ts'
import { sendOverHttp } from './send-over-http.ts'
import { holders } from './tenants.ts'

const CALLS = Number(process.env.SOMABRAIN_TEST_ISOLATION_CLUSTER_CALLS ?? 1_000)
const seed = Number(process.env.SOMABRAIN_TEST_SEED ?? Date.now() % 2 ** 31)

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
const real = missing === null ? test : test.skip
const reason = missing === null ? '' : ` (${missing})`

const tenants = new Set(holders.map(({ identity }) => identity.tenant))

real(
  `no answer of a cluster tells a tenant anything of another one, and no key of Redis is without one${reason}`,
  async (t) => {
    t.timeout(600_000)
    const cluster = await testCluster(temporaryFolder(t))
    t.teardown(() => cluster.remove())
    const environment = { SOMABRAIN_JWT_SECRET: JWT_SECRET }
    const first = await cluster.start('all', environment)
    const second = await cluster.start('all', environment)
    const send = await sendOverHttp(t, first.url, second.url)
    const report = await attack(send, { calls: CALLS, inParallel: 16, seed, memories: 8 })
    assertItWasReal(t, report, CALLS, seed)

    const redis = new Redis(realParts.redis)
    t.teardown(() => redis.disconnect())
    const ofTenant: string[] = []
    for await (const keys of redis.scanStream({ match: `${cluster.prefix}*`, count: 1000 })) {
      for (const key of keys as string[]) {
        const name = key.slice(cluster.prefix.length)
        // Of a partition, or of all processes: where it stands, which namespaces it holds, who is alive.
        if (/^\{(wm:\d+:\d+|limits)\}:(checkpoint|namespaces|halted|processes)$/.test(name)) continue
        const [, tenant] = /^\{(?:wm:\d+:\d+|limits)\}:[\w-]+:([^/:]+)/.exec(name) ?? []
        t.true(tenant !== undefined && tenants.has(tenant), key)
        ofTenant.push(key)
      }
    }
    t.true(ofTenant.length > 0)
  },
)
