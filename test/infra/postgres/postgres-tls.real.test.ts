import test, { type ExecutionContext } from 'ava'
import { createPostgresPool } from '../../../infra/postgres/postgres-pool.ts'
import { makeCertificates } from '../../support/certificates.ts'
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
    await t.throwsAsync(ask(t, front, { sslmode: 'verify-full' }), { message: /certificate/ })
    const others = await makeCertificates(temporaryFolder(t))
    const stranger = { sslmode: 'verify-full', sslrootcert: others.caFile }
    await t.throwsAsync(ask(t, front, stranger), { message: /certificate|issuer|signature/ })
    await t.throwsAsync(ask(t, front, { sslmode: 'disable' }), undefined, 'the front takes nothing in clear')
  })
}
