import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import test from 'ava'
import { readConfiguration } from '../../../infra/config/configuration.ts'
import { settings } from '../../../infra/config/settings.ts'

const refused: ReadonlyArray<readonly [string, Record<string, string>, RegExp]> = [
  ['a port that is no number', { SOMABRAIN_PORT: 'http' }, /SOMABRAIN_PORT is "http".*a whole number from 0 to 65535/],
  [
    'a mode that does not exist',
    { SOMABRAIN_MODE: 'prod' },
    /SOMABRAIN_MODE is "prod".*development, enterprise, production/,
  ],
  ['an open address without a credential', { SOMABRAIN_HOST: '0.0.0.0' }, /SOMABRAIN_HOST.*SOMABRAIN_API_TOKEN/],
  ['production without a credential', { SOMABRAIN_MODE: 'production' }, /SOMABRAIN_API_TOKEN is not set/],
  [
    'production with a development credential',
    { SOMABRAIN_MODE: 'production', SOMABRAIN_API_TOKEN: 'dev-token' },
    /development credential/,
  ],
  [
    'production without a master key',
    { SOMABRAIN_MODE: 'production', SOMABRAIN_API_TOKEN: 'a-secret-of-ours' },
    /SOMABRAIN_MASTER_KEY is not set/,
  ],
  [
    'a part that this version does not have',
    { SOMABRAIN_KAFKA_URL: 'kafka://localhost:9092' },
    /SOMABRAIN_KAFKA_URL is set/,
  ],
  ['credentials that would not be checked', { SOMABRAIN_JWT_SECRET: 'x' }, /SOMABRAIN_JWT_SECRET is set/],
  ['a demand for external parts', { SOMABRAIN_FORCE_FULL_STACK: '1' }, /embedded only/],
  ['a role of a cluster', { SOMABRAIN_ROLE: 'query' }, /one process does everything/],
]

for (const [what, environment, message] of refused) {
  test(`${what} is refused by name`, (t) => {
    t.throws(() => readConfiguration(environment), { message })
  })
}

test('an empty environment gives the documented defaults, frozen', (t) => {
  const configuration = readConfiguration({})
  t.is(configuration.host, '127.0.0.1')
  t.is(configuration.port, 9696)
  t.true(isAbsolute(configuration.dataDir))
  t.true(Object.isFrozen(configuration))
  t.deepEqual(configuration.notices, [])
})

test('a secret comes from a file as well, but not from two places', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-config-'))
  const file = join(folder, 'token')
  writeFileSync(file, 'from-a-file\n')
  t.is(readConfiguration({ SOMABRAIN_API_TOKEN_FILE: file }).apiToken, 'from-a-file')
  t.throws(() => readConfiguration({ SOMABRAIN_API_TOKEN_FILE: file, SOMABRAIN_API_TOKEN: 'x' }), {
    message: /given twice/,
  })
  t.throws(() => readConfiguration({ SOMABRAIN_API_TOKEN_FILE: join(folder, 'none') }), { message: /cannot be read/ })
  rmSync(folder, { recursive: true })
})

test('what has no effect is said, and so is a name that is not known', (t) => {
  const { notices } = readConfiguration({ ENABLE_COG_THREADS: '1', SOMABRAIN_PROT: '1' })
  t.regex(notices[0]!, /ENABLE_COG_THREADS is set and has no effect/)
  t.regex(notices[1]!, /SOMABRAIN_PROT is set and is not known/)
})

test('every default of the table is a valid value', (t) => {
  const environment = Object.fromEntries(settings.flatMap((s) => (s.default === null ? [] : [[s.name, s.default]])))
  t.notThrows(() => readConfiguration(environment))
})
