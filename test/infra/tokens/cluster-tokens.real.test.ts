import test, { type ExecutionContext } from 'ava'
import { openClusterTokens } from '../../../infra/cluster/cluster-tokens.ts'
import { AuthenticationError } from '../../../infra/http/auth/authenticator.ts'
import { credentialDigest } from '../../../infra/http/auth/credential-digest.ts'
import { type StoredTokens, storedTokens } from '../../../infra/http/auth/stored-tokens.ts'
import { migrate } from '../../../infra/postgres/migrate.ts'
import { createPostgresPool } from '../../../infra/postgres/postgres-pool.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import { drawToken, tokenHash, tokenId } from '../../../infra/tokens/token-text.ts'
import { missingParts } from '../../support/real-parts.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'
import { runVerb } from '../cli/run-verb.ts'
import { createDatabase } from '../postgres/temporary-database.ts'

const reason = await missingParts('postgres')

interface World {
  readonly environment: { readonly SOMABRAIN_POSTGRES_DSN: string }
  readonly proxy: TcpProxy
  /** As two processes of a cluster have it; their clock is the test's. */
  readonly processes: readonly StoredTokens[]
  pass(milliseconds: number): void
}

async function world(t: ExecutionContext): Promise<World> {
  const database = await createDatabase()
  const pool = createPostgresPool({ dsn: database.dsn, applicationName: 'test', max: 1 })
  await migrate(pool)
  await pool.end()
  const dsn = new URL(database.dsn)
  const proxy = await startTcpProxy({ host: dsn.hostname, port: Number(dsn.port) })
  dsn.port = String(proxy.port)
  let elapsed = 0
  const logger = createLogger({ level: 'silent' })
  const readers = [openClusterTokens(dsn.href, logger), openClusterTokens(dsn.href, logger)]
  t.teardown(async () => {
    await proxy.close()
    await Promise.all(readers.map((reader) => reader.close()))
    await database.drop()
  })
  return {
    environment: { SOMABRAIN_POSTGRES_DSN: database.dsn },
    proxy,
    processes: readers.map((reader) =>
      storedTokens(reader, { now: Date.now, elapsedMs: () => elapsed, onFailure: () => undefined }),
    ),
    pass(milliseconds) {
      elapsed += milliseconds
    },
  }
}

const tenantOf = async (tokens: StoredTokens, token: string): Promise<string> =>
  (await tokens.verify(token, credentialDigest(token))).tenant

async function refusal(t: ExecutionContext, tokens: StoredTokens, token: string): Promise<string> {
  const error = await t.throwsAsync(tenantOf(tokens, token), { instanceOf: AuthenticationError })
  return `${(error as AuthenticationError).status} ${(error as AuthenticationError).reason}`
}

if (reason !== null) {
  test.skip(`API tokens of a cluster: ${reason}`, () => {})
} else {
  test('a token that an operator makes opens every process, and closes all of them within thirty seconds', async (t) => {
    const { environment, processes, pass } = await world(t)
    const made = await runVerb(environment, 'tokens', 'create', '--role', 'writer', '--tenant', 'acme')
    t.is(made.code, 0, made.printed)
    const token = /smb_\w+/.exec(made.printed)![0]
    for (const one of processes) t.is(await tenantOf(one, token), 'acme')
    t.is((await runVerb(environment, 'tokens', 'revoke', tokenId(tokenHash(token)))).code, 0)
    pass(30_000)
    for (const one of processes) t.is(await refusal(t, one, token), '401 revoked_token')
  })

  test('without Postgres a cached token works for five minutes, and any other is unverifiable', async (t) => {
    const { environment, processes, proxy, pass } = await world(t)
    const token = /smb_\w+/.exec((await runVerb(environment, 'tokens', 'create', '--role', 'reader')).printed)![0]
    const [one] = processes as [StoredTokens]
    t.is(await tenantOf(one, token), 'default')
    proxy.silence()
    pass(30_000)
    t.is(await tenantOf(one, token), 'default')
    t.is(await refusal(t, one, drawToken()), '503 unverifiable')
    pass(280_000)
    t.is(await refusal(t, one, token), '503 unverifiable')
    proxy.resume()
    t.is(await tenantOf(processes[1]!, token), 'default', 'another process, whose breaker is closed')
  })

  test('a database without its migration says which command to run', async (t) => {
    const database = await createDatabase()
    t.teardown(() => database.drop())
    const run = await runVerb({ SOMABRAIN_POSTGRES_DSN: database.dsn }, 'tokens', 'list')
    t.is(run.code, 1)
    t.regex(run.printed, /npm run somabrain -- migrate/)
  })
}
