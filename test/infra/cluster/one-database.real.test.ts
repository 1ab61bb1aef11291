import test from 'ava'
import { requireOneDatabase } from '../../../infra/cluster/one-database.ts'
import { ConfigurationError } from '../../../infra/config/configuration-error.ts'
import { testCluster } from '../../support/cluster.ts'
import { missingPooler, startOwnPooler } from '../../support/own-pooler.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { backUpDatabase, createDatabase } from '../postgres/temporary-database.ts'

const ANOTHER = 'SOMABRAIN_POSTGRES_POOLER_DSN leads to another database than SOMABRAIN_POSTGRES_DSN'
const STARTS_WITHIN_MS = 60_000

const missing = (await missingParts('kafka', 'registry', 'postgres', 'redis')) ?? (await missingPooler())
if (missing !== null) {
  test.skip(`a pooler in front of another database: ${missing}`, () => undefined)
} else {
  test('a pooler has to lead to the database that is folded into, and to no copy of it', async (t) => {
    const pooler = await startOwnPooler(t, { connections: 2 })
    const { dsn, drop } = await createDatabase()
    t.teardown(drop)
    const copy = await backUpDatabase(dsn)
    t.teardown(copy.drop)
    const ofCopy = new URL(dsn)
    ofCopy.pathname += '_backup'
    const ways = (pooled: string | null) => ({ postgresDsn: dsn, postgresPoolerDsn: pooled })

    await t.notThrowsAsync(requireOneDatabase(ways(null)))
    // Two that start at once do not take each other's lock for an answer.
    const sound = Array.from({ length: 4 }, () => requireOneDatabase(ways(pooler.dsnOf(dsn))))
    await t.notThrowsAsync(Promise.all(sound))
    const refused = await t.throwsAsync(requireOneDatabase(ways(pooler.dsnOf(ofCopy.href))))
    t.true(refused instanceof ConfigurationError)
    t.true(refused!.message.startsWith(ANOTHER), refused!.message)
    await pooler.kill()
    // That it does not answer is no reason to think so: it may be waited for.
    const away = await t.throwsAsync(requireOneDatabase(ways(pooler.dsnOf(dsn))))
    t.false(away instanceof ConfigurationError)
  })

  test('a process whose pooler leads elsewhere ends, and says so', async (t) => {
    t.timeout(STARTS_WITHIN_MS)
    const pooler = await startOwnPooler(t, { connections: 2 })
    const other = await createDatabase()
    t.teardown(other.drop)
    const cluster = await testCluster(temporaryFolder(t))
    t.teardown(() => cluster.remove())
    const elsewhere = { SOMABRAIN_POSTGRES_POOLER_DSN: pooler.dsnOf(other.dsn) }
    const refused = await t.throwsAsync(cluster.start('query', elsewhere))
    t.regex(refused!.message, /ended with code 1/)
    t.true(refused!.message.includes(ANOTHER), refused!.message)
  })
}
