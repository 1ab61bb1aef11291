import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { freePorts } from '../../../infra/stack/free-port.ts'
import { installKafka } from '../../../infra/stack/kafka.ts'
import { runCommand } from '../../../infra/stack/run-command.ts'
import { readStackSettings } from '../../../infra/stack/stack-settings.ts'
import { eventually } from '../../support/eventually.ts'
import { quietKafka } from '../../support/quiet-kafka.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { readCompose } from './read-compose.ts'

// Kafka's image turns its environment into settings by a class that is in Kafka itself. So the environment of the Compose files can
// be tried on a real broker without a container: only host names, ports and the data folder are other ones.

const root = fileURLToPath(new URL('../../..', import.meta.url))
const missing = await missingParts('kafka')
const real = missing === null ? test.serial : test.serial.skip
const reason = missing === null ? '' : ` (${missing})`

type Variables = Readonly<Record<string, string>>

const environmentIn = (file: string): Variables => readCompose(file).services.kafka.environment

interface Ports {
  readonly internal: number
  readonly controller: number
  readonly external: number
}

/** The environment as on this machine: Compose's variables filled in, the container's addresses replaced. */
function onThisMachine(environment: Variables, { internal, controller, external }: Ports, dataDir: string): Variables {
  const given: Variables = { KAFKA_BROKER_HOST_PORT: String(external), KAFKA_CLUSTER_ID: 'c29tYWJyYWluLXRlc3QtMQ' }
  const filled = Object.entries(environment).map(([name, value]) => [
    name,
    value
      .replace(/\$\{(\w+)(?::[-?]([^}]*))?\}/g, (_, variable: string, otherwise = '') => given[variable] ?? otherwise)
      .replaceAll(/:\/\/(?=:)/g, '://127.0.0.1')
      .replaceAll('kafka:', '127.0.0.1:')
      .replaceAll(':9092', `:${internal}`)
      .replaceAll(':9093', `:${controller}`)
      .replaceAll(':9094', `:${external}`),
  ])
  return { ...Object.fromEntries(filled), KAFKA_LOG_DIRS: dataDir, KAFKA_HEAP_OPTS: '-Xmx128m' }
}

const logSettings = `Configuration:
  Properties: {}
  Appenders: { Console: { name: STDOUT, PatternLayout: { pattern: '%m%n' } } }
  Loggers: { Root: { level: WARN, AppenderRef: [{ ref: STDOUT }] } }
`

/** Runs a broker on what the image would make of `environment`; it is killed when the test ends. */
async function startBroker(t: ExecutionContext, environment: Variables, ports: Ports): Promise<void> {
  const folder = temporaryFolder(t)
  const { java, libraries } = await installKafka(readStackSettings(root, process.env).cacheDir)
  const [defaults, mounted, final] = ['defaults', 'mounted', 'final'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const path of [defaults, mounted, final]) mkdirSync(path)
  writeFileSync(join(defaults, 'server.properties'), '')
  for (const name of ['log4j2.yaml', 'tools-log4j2.yaml']) writeFileSync(join(defaults, name), logSettings)
  const env = { PATH: process.env.PATH, ...onThisMachine(environment, ports, join(folder, 'data')) }
  const setup = ['kafka.docker.KafkaDockerWrapper', 'setup', '-D', defaults, '-M', mounted, '-F', final]
  await runCommand(java, ['-cp', `${libraries}/*`, ...setup], { env })
  const settings = join(final, 'server.properties')
  const broker = spawn(
    java,
    ['-Xmx192m', '-XX:TieredStopAtLevel=1', '-cp', `${libraries}/*`, 'kafka.Kafka', settings],
    { stdio: 'ignore' },
  )
  const ended = once(broker, 'exit')
  t.teardown(async () => {
    broker.kill('SIGKILL')
    await ended
  })
}

/** What a client sees that is told one address of the broker. */
async function tryBroker(t: ExecutionContext, port: number): Promise<void> {
  const retry = { initialRetryTime: 100, maxRetryTime: 500, factor: 0, retries: 200 }
  const kafka = quietKafka([`127.0.0.1:${port}`], retry)
  const [admin, producer] = [kafka.admin(), kafka.producer()]
  try {
    await admin.connect()
    const { brokers } = await admin.describeCluster()
    t.deepEqual(
      brokers.map((broker) => broker.port),
      [port],
    )
    await admin.createTopics({ topics: [{ topic: `records-${port}`, numPartitions: 1 }], waitForLeaders: true })
    await producer.connect()
    await producer.send({ topic: `records-${port}`, acks: -1, messages: [{ value: 'kept' }] })
    t.is((await admin.fetchTopicOffsets(`records-${port}`))[0]?.offset, '1')
    // The topic of group offsets is made at first use, and one broker must be enough for it. It is led a moment later.
    t.deepEqual(await eventually(() => admin.fetchOffsets({ groupId: 'somebody' })), [])
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }
}

async function threePorts(): Promise<Ports> {
  const [internal, controller, external] = (await freePorts(3)) as [number, number, number]
  return { internal, controller, external }
}

real(
  `the development file's broker serves the other parts inside, and clients at its host port outside${reason}`,
  async (t) => {
    const ports = await threePorts()
    await startBroker(t, environmentIn('docker-compose.yml'), ports)
    await tryBroker(t, ports.internal)
    await tryBroker(t, ports.external)
  },
)

real(`the production file's broker serves the other parts${reason}`, async (t) => {
  const ports = await threePorts()
  await startBroker(t, { ...environmentIn('docker-compose.yml'), ...environmentIn('docker-compose.prod.yml') }, ports)
  await tryBroker(t, ports.internal)
})
