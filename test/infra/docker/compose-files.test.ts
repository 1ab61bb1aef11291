import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { parse } from 'yaml'
import { hostPorts } from '../../../infra/stack/host-ports.ts'
import { serviceOf } from '../../../infra/stack/service-of.ts'
import { readCompose } from './read-compose.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

interface Service {
  readonly image: string
  readonly command?: readonly string[]
  readonly profiles?: readonly string[]
  readonly restart?: string
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean }
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly deploy?: { readonly resources?: { readonly limits?: { readonly cpus?: string; readonly memory?: string } } }
  readonly environment?: Readonly<Record<string, string>>
  readonly user?: string
  readonly privileged?: boolean
}

const file = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
const compose = parse(file, { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
}
const services = Object.entries(compose.services)

/** The contract: host port and container port of every part that clients or operators reach. */
const contract: Readonly<Record<string, readonly [number, number]>> = {
  api: [9999, 9696],
  redis: [30100, 6379],
  kafka: [30102, 9094],
  'kafka-exporter': [30103, 9308],
  opa: [30104, 8181],
  prometheus: [30105, 9090],
  postgres: [30106, 5432],
  'postgres-exporter': [30107, 9187],
  'schema-registry': [30108, 8081],
  alertmanager: [30109, 9093],
}

test('every part is on its documented port, on loopback, and can be moved', (t) => {
  const published = services.filter(([, { ports }]) => ports !== undefined)
  t.deepEqual(published.map(([name]) => name).sort(), Object.keys(contract).sort())
  for (const [name, { ports }] of published) {
    const [host, container] = contract[name]!
    const { variable } = hostPorts.find(({ service }) => service === name)!
    const address = `\${PUBLISH_ADDRESS:-127.0.0.1}:\${${variable}:-${host}}:${container}`
    t.deepEqual(ports, [address])
  }
})

test('the scripts and the Compose file agree about ports', (t) => {
  t.deepEqual(
    hostPorts.map(({ service, port }) => [service, port]).sort(),
    Object.entries(contract)
      .map(([name, [host]]) => [name, host])
      .sort(),
  )
  for (const { part, service } of hostPorts) if (part !== undefined) t.is(serviceOf[part], service)
})

for (const [name, service] of services) {
  test(`${name}: its image has a version, and it has limits and no more rights than it needs`, (t) => {
    t.regex(service.image, /^[\w./-]+:v?\d+\.\d+[\w.-]*$/)
    t.deepEqual(service.cap_drop, ['ALL'])
    t.deepEqual(service.security_opt, ['no-new-privileges:true'])
    t.is(service.privileged, undefined)
    const limits = service.deploy?.resources?.limits
    t.regex(limits?.memory ?? '', /^\d+[mg]$/)
    t.true(Number(limits?.cpus) > 0)
  })
}

for (const [name, { healthcheck }] of services.filter(([, { restart }]) => restart !== 'no')) {
  test(`${name} has a health check`, (t) => {
    t.true((healthcheck?.test?.length ?? 0) > 1)
    t.not(healthcheck?.disable, true)
  })
}

test('what must outlive a container is in a volume that is declared', (t) => {
  const kept: Readonly<Record<string, string>> = {
    api: '/data',
    archiver: '/archive',
    kafka: '/var/lib/kafka/data',
    postgres: '/var/lib/postgresql/data',
    redis: '/data',
    prometheus: '/prometheus',
    alertmanager: '/alertmanager',
  }
  for (const [name, path] of Object.entries(kept)) {
    const volume = compose.services[name]?.volumes?.find((one) => one.endsWith(`:${path}`))
    t.true(volume !== undefined && Object.hasOwn(compose.volumes, volume.split(':')[0]!), `${name} keeps ${path}`)
  }
})

test('Kafka tells clients outside the host port that it is published on', (t) => {
  const { environment = {} } = compose.services.kafka!
  t.is(environment.KAFKA_LISTENERS, 'INTERNAL://:9092,CONTROLLER://:9093,EXTERNAL://:9094')
  const outside = `\${KAFKA_EXTERNAL_HOST:-localhost}:\${KAFKA_BROKER_HOST_PORT:-30102}`
  t.is(environment.KAFKA_ADVERTISED_LISTENERS, `INTERNAL://kafka:9092,EXTERNAL://${outside}`)
  t.is(environment.KAFKA_AUTO_CREATE_TOPICS_ENABLE, 'false')
})

test('the versions in containers are those that run natively', (t) => {
  const versionIn = (path: string, name: string): string =>
    new RegExp(`${name} = '([\\d.]+)'`).exec(readFileSync(join(root, path), 'utf8'))?.[1] ?? t.fail(name)
  t.is(compose.services.kafka?.image, `apache/kafka:${versionIn('infra/stack/kafka.ts', 'KAFKA_VERSION')}`)
  const registry = versionIn('infra/stack/registry.ts', 'APICURIO_VERSION')
  t.is(compose.services['schema-registry']?.image, `apicurio/apicurio-registry:${registry}`)
  const opa = versionIn('infra/stack/install-opa.ts', 'OPA_VERSION')
  t.is(compose.services.opa?.image, `openpolicyagent/opa:${opa}`)
})

test('in production metrics have a port that is not published, and Prometheus asks there without a credential', (t) => {
  const production = readCompose('docker-compose.prod.yml')
  const port = production.services.api.environment.SOMABRAIN_METRICS_PORT
  t.false(String(production.services.api.ports).includes(port))
  const [mount] = production.services.prometheus.volumes as [string]
  const [from, to] = mount.split(':')
  t.is(to, compose.services.prometheus?.volumes?.at(-1)?.split(':')[1], 'in place of the one for development')
  const scraped = parse(readFileSync(join(root, from!), 'utf8')).scrape_configs[0]
  t.deepEqual(scraped, { job_name: 'somabrain', static_configs: [{ targets: [`api:${port}`] }] })
})

test('the archiver writes into a folder of its volume that the image gives to its user, and shows its metrics to Prometheus', (t) => {
  const { command, environment, healthcheck, ports, volumes } = compose.services.archiver!
  t.deepEqual(command, ['somabrain', 'archive', 'run', '/archive'])
  t.deepEqual(volumes, ['archive-data:/archive'])
  // A new volume has the owner of the folder that it is mounted over.
  t.regex(readFileSync(join(root, 'Dockerfile'), 'utf8'), /install -d -o node -g node -m 0700 \/data \/archive\n/)
  const port = environment?.SOMABRAIN_METRICS_PORT
  t.is(ports, undefined)
  t.false(Object.hasOwn(readCompose('docker-compose.prod.yml').services.archiver.environment, 'SOMABRAIN_METRICS_PORT'))
  t.true(healthcheck?.test?.at(-1)?.includes(`http://127.0.0.1:${port}/metrics`))
  for (const file of ['prometheus.yml', 'prometheus.production.yml']) {
    const jobs = parse(readFileSync(join(root, 'infra/prometheus', file), 'utf8')).scrape_configs
    const expected = { job_name: 'somabrain-archiver', static_configs: [{ targets: [`archiver:${port}`] }] }
    t.deepEqual(jobs[1], expected, file)
  }
})

test('the archiver has addresses, and no key and no token, in production too', (t) => {
  const asked = ['LOG_LEVEL', 'SOMABRAIN_KAFKA_URL', 'SOMABRAIN_METRICS_PORT']
  const addresses = [...asked, 'SOMABRAIN_POSTGRES_DSN', 'SOMABRAIN_SCHEMA_REGISTRY_URL']
  t.deepEqual(Object.keys(compose.services.archiver?.environment ?? {}).sort(), addresses)
  const { environment, networks, secrets } = readCompose('docker-compose.prod.yml').services.archiver
  t.deepEqual(environment, {
    SOMABRAIN_POSTGRES_DSN: null,
    SOMABRAIN_POSTGRES_DSN_FILE: '/run/secrets/postgres_dsn',
  })
  t.deepEqual(secrets, ['postgres_dsn'])
  t.deepEqual(networks, ['parts'])
})

test('a restore is started by hand, with all that the API has and the archive, and by itself only reads', (t) => {
  const { api, restore } = compose.services
  t.deepEqual(restore?.profiles, ['restore'])
  t.is(restore?.restart, 'no')
  t.deepEqual(restore?.command, ['somabrain', 'archive', 'verify', '/archive'])
  t.deepEqual(restore?.volumes, [...(api?.volumes ?? []), 'archive-data:/archive:ro'])
  t.deepEqual(restore?.environment, api?.environment)
  const production = readCompose('docker-compose.prod.yml').services
  t.deepEqual(production.restore, {
    ...{ environment: production.api.environment, secrets: production.api.secrets },
    networks: ['parts'],
  })
})
