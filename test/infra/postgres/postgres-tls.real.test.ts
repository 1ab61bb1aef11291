import assert from 'node:assert/strict'
import test, { type ExecutionContext } from 'ava'
import { createPostgresPool } from '../../../infra/postgres/postgres-pool.ts'
import { makeCertificates } from '../../support/certificates.ts'
import { eventually } from '../../support/eventually.ts'
import { missingParts, realParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { tlsFront } from '../../support/tls-front.ts'

/** Asks something through the front as `more` of the DSN says. */
async function ask(t: ExecutionContext, front: number, more: Readonly<Record<string, string>>): Promise<unknown> {
  const url = new URL(realParts.postgres)
  url.host = `localhost:${front}`
  for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value)
  const pool = createPostgresPool({ dsn: url.href, applicationName: 'test-tls', max: 1 })
  t.teardown(() => pool.end())
  return (await pool.query('select 1 as one')).rows
}

const missing = await missingParts('postgres')
if (missing !== null) {
  test.skip(`Postgres over TLS: ${missing}`, () => undefined)
} else {
  test('sslmode says who is believed: anybody, or whom a known authority has signed', async (t) => {
    const certificates = await makeCertificates(temporaryFolder(t))
    const sslrootcert = certificates.caFile
    const front = await tlsFront(t, Number(new URL(realParts.postgres).port), 'postgres', certificates)
    t.deepEqual(await ask(t, front, { sslmode: 'require' }), [{ one: 1 }])
    t.deepEqual(await ask(t, front, { sslmode: 'verify-full', sslrootcert }), [{ one: 1 }])
    t.deepEqual(await ask(t, front, { sslmode: 'verify-ca', sslrootcert }), [{ one: 1 }])
    const others = await makeCertificates(temporaryFolder(t))
    const verify = { sslmode: 'verify-full' }
    for (const more of [verify, { ...verify, sslrootcert: others.caFile }]) {
      // A busy machine may be too slow for the first: what is said then is another thing.
      const refused = eventually(async () => {
        const answer = ask(t, front, more).then(() => 'answered', String)
        assert.match(await answer, /certificate|issuer|signature/)
      })
      await t.notThrowsAsync(refused)
    }
    await t.throwsAsync(ask(t, front, { sslmode: 'disable' }), undefined, 'the front takes nothing in clear')
  })
}
