import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { eventually } from '../../support/eventually.ts'
import { send } from '../../support/http-client.ts'
import { startServerProcess } from '../../support/server-process.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { askCanaries, canaryRequests } from './canary-requests.ts'

const CANARY = 'canary7f3e'
/** A different one in each field, so that what is found tells where it came from. */
const canary = (field: string): string => `${CANARY}-${field}`
/** Names of files in which the canary stands, with what is around it. */
function found(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .flatMap((name) => {
      const text = readFileSync(join(folder, name)).toString('latin1')
      const at = text.indexOf(CANARY)
      return at === -1 ? [] : [`${name}: ${text.slice(at, at + 24)}`]
    })
}

test('nothing of what was asked, or of the credential, is in the audit, in any other file or in what was logged', async (t) => {
  t.timeout(120_000)
  const dataDir = temporaryFolder(t)
  const token = canary('token-of-the-owner')
  const environment = { SOMABRAIN_API_TOKEN: token, LOG_LEVEL: 'debug' }
  const server = await startServerProcess(dataDir, environment)
  t.teardown(() => server.kill())
  await askCanaries(server.url, canary, canaryRequests(canary), [token, canary('wrong-token')])
  await eventually(async () => {
    const { body } = await audit(server.url, token)
    if ((body.items as unknown[]).length < 10) throw new Error('not chained yet')
  })
  const { body } = await audit(server.url, token)
  t.false(JSON.stringify(body).includes(CANARY))
  // Killed, so that write-ahead logs are looked at too.
  await server.kill()
  t.deepEqual(found(dataDir), [])
  t.false(server.output().includes(CANARY))
})

const audit = (url: string, token: string) =>
  send('GET', `${url}/audit?limit=500`, undefined, { authorization: `Bearer ${token}` })
