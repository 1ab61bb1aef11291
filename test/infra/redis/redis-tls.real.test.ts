import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import test from 'ava'
import { createRedisClient, redisReady } from '../../../infra/redis/redis-client.ts'
import { makeCertificates } from '../../support/certificates.ts'
import { eventually } from '../../support/eventually.ts'
import { missingParts, realParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { tlsFront } from '../../support/tls-front.ts'

const missing = await missingParts('redis')
if (missing !== null) {
  test.skip(`Redis over TLS: ${missing}`, () => undefined)
} else {
  test('rediss:// asks who answers: an authority that is not known is refused, one that is known is not', async (t) => {
    const certificates = await makeCertificates(temporaryFolder(t))
    const url = new URL(realParts.redis)
    const front = await tlsFront(t, Number(url.port), 'at once', certificates)
    url.protocol = 'rediss:'
    url.host = `localhost:${front}`
    const errors: string[] = []
    const client = createRedisClient(url.href, {
      name: 'test-tls',
      onConnectionError: (error) => errors.push(error.message),
    })
    t.teardown(() => client.disconnect())
    await t.notThrowsAsync(eventually(() => assert.match(errors.join('\n'), /certificate/)))
    t.not(client.status, 'ready')

    // As NODE_EXTRA_CA_CERTS does it for a process.
    const before = getCACertificates('default')
    setDefaultCACertificates([...before, readFileSync(certificates.caFile, 'utf8')])
    t.teardown(() => setDefaultCACertificates(before))
    await redisReady(client, AbortSignal.timeout(20_000))
    t.is(await client.ping(), 'PONG')
  })
}
