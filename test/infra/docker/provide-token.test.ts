import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { readConfiguration } from '../../../infra/config/configuration.ts'
import { provideToken } from '../../../infra/docker/provide-token.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

function provide(environment: Record<string, string | undefined>): string {
  const said: string[] = []
  provideToken(environment, (line) => said.push(line))
  return said.join('\n')
}

test('without credentials a token is made, told once, kept for its owner, and lets the server listen', (t) => {
  const dataDir = join(temporaryFolder(t), 'data')
  const environment: Record<string, string | undefined> = { SOMABRAIN_DATA_DIR: dataDir, SOMABRAIN_HOST: '0.0.0.0' }
  const said = provide(environment)
  const file = join(dataDir, 'api-token')
  const token = readFileSync(file, 'utf8').trim()
  t.true(Buffer.from(token, 'base64url').length === 32)
  t.true(said.includes(token))
  t.is(statSync(file).mode & 0o777, 0o600)
  t.is(readConfiguration(environment).credentials.apiToken, token)
})

test('a second start uses the same token and does not print it', (t) => {
  const dataDir = temporaryFolder(t)
  provide({ SOMABRAIN_DATA_DIR: dataDir })
  const token = readFileSync(join(dataDir, 'api-token'), 'utf8').trim()
  const environment: Record<string, string | undefined> = { SOMABRAIN_DATA_DIR: dataDir }
  t.false(provide(environment).includes(token))
  t.is(readConfiguration(environment).credentials.apiToken, token)
})

const credentials = [
  ['SOMABRAIN_API_TOKEN', 'given'],
  ['SOMABRAIN_API_TOKEN_FILE', 'given'],
  ['SOMABRAIN_JWT_SECRET', 'given'],
  ['SOMABRAIN_JWT_PUBLIC_KEY_FILE', 'given'],
  ['SOMABRAIN_JWKS_URL', 'given'],
  ['SOMABRAIN_API_TOKENS', '1'],
] as const
for (const [name, value] of credentials) {
  test(`with ${name} nothing is made`, (t) => {
    const dataDir = temporaryFolder(t)
    const environment = { SOMABRAIN_DATA_DIR: dataDir, [name]: value }
    t.is(provide(environment), '')
    t.deepEqual(environment, { SOMABRAIN_DATA_DIR: dataDir, [name]: value })
    t.deepEqual(readdirSync(dataDir), [])
  })
}

test('production gets no token from here, and so refuses to start without one', (t) => {
  const dataDir = temporaryFolder(t)
  const environment = { SOMABRAIN_DATA_DIR: dataDir, SOMABRAIN_MODE: 'production', SOMABRAIN_HOST: '0.0.0.0' }
  t.is(provide(environment), '')
  t.deepEqual(readdirSync(dataDir), [])
  t.throws(() => readConfiguration(environment), { message: /credential|SOMABRAIN_API_TOKEN/ })
})

test('an empty variable, as a Compose file passes an unset one, is no credential', (t) => {
  const environment: Record<string, string | undefined> = {
    SOMABRAIN_DATA_DIR: temporaryFolder(t),
    SOMABRAIN_API_TOKEN: '',
  }
  provide(environment)
  t.not(environment.SOMABRAIN_API_TOKEN_FILE, undefined)
})
