import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { parse } from 'yaml'
import { buildComposeCheck } from '../../../infra/docker/build-compose-check.ts'
import { CommandFailedError, runCommand } from '../../../infra/stack/run-command.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { toolOrReason } from './tool-or-reason.ts'

// What docker compose makes of the files, by the library that it loads them with.

const root = fileURLToPath(new URL('../../..', import.meta.url))
const development = join(root, 'docker-compose.yml')
const production = join(root, 'docker-compose.prod.yml')
const { path: program, missing } = await toolOrReason(buildComposeCheck)
const check = missing === null ? test : test.skip
const reason = missing === null ? '' : ` (${missing})`

interface Service {
  readonly environment?: Readonly<Record<string, string | null>>
  readonly networks?: Readonly<Record<string, unknown>>
  readonly ports?: readonly { readonly published: string; readonly host_ip?: string; readonly target: number }[]
  readonly secrets?: readonly { readonly source: string }[]
  readonly configs?: readonly { readonly source: string }[]
}

interface Project {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>
  readonly secrets?: Readonly<Record<string, { readonly file: string }>>
  readonly configs?: Readonly<Record<string, unknown>>
}

async function load(files: readonly string[], environment: Record<string, string> = {}): Promise<Project> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environment }
  return parse(await runCommand(program!, files, { env })) as Project
}

/** Production with the services that are started by hand: of a profile that nobody names nothing is loaded. */
async function loadEveryService(t: ExecutionContext): Promise<Project> {
  const folder = temporaryFolder(t)
  const files = [development, production].map((file) => {
    const copy = join(folder, basename(file))
    writeFileSync(copy, readFileSync(file, 'utf8').replace(/^ +profiles: .*\n/gm, ''))
    return copy
  })
  return load(files, clusterId)
}

/** Services with a network that leads out, in production. */
const LEADS_OUT = ['api', 'setup', 'alertmanager']

const clusterId = { KAFKA_CLUSTER_ID: 'SomeClusterIdOf16Bytes' }

check(
  `the development project publishes every part on loopback, and moves with the environment${reason}`,
  async (t) => {
    const { services } = await load([development], { REDIS_HOST_PORT: '30999' })
    t.is(services.redis?.ports?.[0]?.published, '30999')
    const addresses = Object.values(services).flatMap(({ ports = [] }) => ports.map(({ host_ip }) => host_ip))
    t.is(addresses.length, 10)
    t.true(addresses.every((address) => address === '127.0.0.1'))
  },
)

check(`the production project publishes the API and nothing else${reason}`, async (t) => {
  const { services } = await load([development, production], clusterId)
  const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
    ports.map(({ published: host, target }) => `${name} ${host} ${target}`),
  )
  t.deepEqual(published, ['api 9999 9696'])
})

check(
  `in production every part is on a network that leads nowhere, but for the API and what tells of alerts${reason}`,
  async (t) => {
    const { services, networks } = await loadEveryService(t)
    t.true(networks.parts?.internal)
    for (const [name, service] of Object.entries(services)) {
      const expected = LEADS_OUT.includes(name) ? ['edge', 'parts'] : ['parts']
      t.deepEqual(Object.keys(service.networks ?? {}).sort(), expected, name)
    }
  },
)

check(`in production no secret is in the environment, and each that is asked for is a file${reason}`, async (t) => {
  const project = await loadEveryService(t)
  for (const [name, { environment = {}, secrets = [], configs = [] }] of Object.entries(project.services)) {
    for (const [variable, value] of Object.entries(environment)) {
      t.false(/soma_dev_pass|dev-token/.test(value ?? ''), `${name} ${variable}`)
      if (/PASS|TOKEN|KEY|DSN|REDIS_URL/.test(variable)) t.regex(variable, /_FILE$/, `${name} ${variable}`)
      const path = /^\/run\/secrets\/(.+)$/.exec(value ?? '')?.[1]
      if (path !== undefined)
        t.true(
          secrets.some(({ source }) => source === path),
          `${name} mounts ${path}`,
        )
    }
    for (const { source } of secrets) t.truthy(project.secrets?.[source]?.file, `${name} ${source}`)
    t.deepEqual(configs, [], name)
  }
  t.falsy(project.configs)
})

check(`in production the archiver has no key, and a restore has what the API has${reason}`, async (t) => {
  const { services } = await loadEveryService(t)
  const { api, archiver, restore } = services
  t.deepEqual(Object.keys(archiver?.environment ?? {}).sort(), [
    'LOG_LEVEL',
    'SOMABRAIN_KAFKA_URL',
    'SOMABRAIN_METRICS_PORT',
    'SOMABRAIN_POSTGRES_DSN_FILE',
    'SOMABRAIN_SCHEMA_REGISTRY_URL',
  ])
  t.deepEqual(
    archiver?.secrets?.map(({ source }) => source),
    ['postgres_dsn'],
  )
  t.deepEqual(restore?.environment, api?.environment)
  t.deepEqual(restore?.secrets, api?.secrets)
  t.false(Object.hasOwn((await load([development, production], clusterId)).services, 'restore'))
})

check(`production runs in production mode, and makes no table at start${reason}`, async (t) => {
  const { services } = await load([development, production], clusterId)
  t.is(services.api?.environment?.SOMABRAIN_MODE, 'production')
  t.is(services.api?.environment?.SOMABRAIN_AUTO_MIGRATE, '0')
  t.is(services.api?.environment?.SOMABRAIN_REQUIRE_EXTERNAL_BACKENDS, '1')
  t.false(services.kafka?.environment?.KAFKA_ADVERTISED_LISTENERS?.includes('EXTERNAL'))
})

check(`production without the id of the log's cluster is refused with what draws one${reason}`, async (t) => {
  await t.throwsAsync(load([development, production]), {
    instanceOf: CommandFailedError,
    message: /KAFKA_CLUSTER_ID[\s\S]*generate_global_env\.sh --production/,
  })
})

const faults: ReadonlyArray<readonly [string, (text: string) => string]> = [
  ['a misspelt key', (text) => text.replace('cap_drop:', 'cap_dropp:')],
  ['a part that waits for one that is not there', (text) => text.replace('kafka: { condition', 'kafkaa: { condition')],
  ['a volume that is not declared', (text) => text.replace('\n  redis-data:\n', '\n')],
]

for (const [what, spoil] of faults) {
  check(`${what} is refused${reason}`, async (t) => {
    const spoilt = join(temporaryFolder(t), 'docker-compose.yml')
    writeFileSync(spoilt, spoil(readFileSync(development, 'utf8')))
    await t.throwsAsync(load([spoilt]), { instanceOf: CommandFailedError })
  })
}
