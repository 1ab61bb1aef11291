// Started by trust-over-http.ts: one embedded store behind three doors. `off`: whoever is on this machine may do everything, and
// nothing is audited or limited. `on`: JWT, roles, limits (which nobody reaches), audit. `policy`: all of that and the policy engine.
import { startEmbedded } from '../../infra/embedded/start-embedded.ts'
import { createAuthenticator } from '../../infra/http/auth/create-authenticator.ts'
import { secretKeys } from '../../infra/http/auth/jwt/jwt-keys.ts'
import { createJwtVerifier } from '../../infra/http/auth/jwt/jwt-verifier.ts'
import { loopbackAuthenticator } from '../../infra/http/auth/loopback.ts'
import { createOpaPolicy } from '../../infra/opa/opa-policy.ts'
import { createLogger } from '../../infra/telemetry/logger.ts'
import { createMetrics } from '../../infra/telemetry/metrics.ts'
import { benchDoor } from './bench-door.ts'

const [dataDir, secret, opaEndpoint] = process.argv.slice(2)
if (dataDir === undefined || secret === undefined) throw new Error('trust-server.ts is started by trust-over-http.ts')
const PLENTY = 100_000_000
const logger = createLogger({ level: 'silent' })
const embedded = await startEmbedded({
  dataDir,
  masterKey: null,
  viewMemoryBytes: 256 << 20,
  clock: Date.now,
  logger,
  metrics: createMetrics({ processMetrics: false }),
  limits: { requests: { perSecond: PLENTY, burst: PLENTY }, memoriesPerDay: PLENTY, namespaces: PLENTY },
  onFatal: (error) => {
    throw error
  },
})

const authenticator = createAuthenticator({
  required: true,
  staticToken: null,
  jwt: createJwtVerifier({
    keys: [secretKeys(secret)],
    issuer: null,
    audience: null,
    clockSkewSeconds: 0,
    claims: { tenant: 'tenant_id', roles: 'roles', namespaces: 'namespaces' },
    now: Date.now,
  }),
  tokens: { verify: () => Promise.reject(new Error('this bench makes no tokens')) },
})
const trusted = {
  authenticator,
  audit: embedded.audit,
  limit: embedded.tenantLimit!,
  limitNamespaces: embedded.namespaceLimit!,
}

const door = (more: Parameters<typeof benchDoor>[1]): Promise<string> =>
  benchDoor(embedded, more).listen({ host: '127.0.0.1', port: 0 })

const policy = opaEndpoint === undefined ? null : createOpaPolicy({ endpoint: opaEndpoint, mode: 'development' })
const urls = {
  off: await door({ authenticator: loopbackAuthenticator }),
  on: await door(trusted),
  ...(policy === null ? {} : { policy: await door({ ...trusted, authorise: policy.authorise }) }),
}
process.stdout.write(`${JSON.stringify(urls)}\n`)
