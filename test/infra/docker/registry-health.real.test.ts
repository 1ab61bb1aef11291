import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import test from 'ava'
import { missingParts, realParts } from '../../support/real-parts.ts'
import { readCompose } from './read-compose.ts'

const run = promisify(execFile)
const { services } = readCompose('docker-compose.yml')
const [, shell, ...words] = services['schema-registry'].healthcheck.test as string[]

/** The health check of the Compose file, asked of another port; a doubled dollar is one, as Compose reads it. */
const check = (port: number | string): Promise<unknown> =>
  run(
    shell!,
    words.map((word) => word.replaceAll('$$', '$').replace('8081', String(port))),
  )

const missing = await missingParts('registry')
const real = missing === null ? test : test.skip
const reason = missing === null ? '' : ` (${missing})`

real(`the registry's health check passes on a registry${reason}`, async (t) => {
  await t.notThrowsAsync(check(new URL(realParts.registry).port))
})

test("the registry's health check fails where nobody listens, and where something answers that it is not ready", async (t) => {
  const server = createServer((_request, response) => response.writeHead(503).end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await t.throwsAsync(check(port), { message: /^Command failed/ })
  server.close()
  await once(server, 'close')
  await t.throwsAsync(check(port), { message: /^Command failed/ })
})
