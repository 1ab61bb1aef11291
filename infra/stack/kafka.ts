import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { exchange } from './exchange.ts'
import { freePort } from './free-port.ts'
import { installJava } from './install-java.ts'
import { installOnce } from './install-once.ts'
import { kafkaLogSettings, kafkaSettings } from './kafka-settings.ts'
import { copyLibraries } from './maven.ts'
import type { PartCommand, PartRecipe, RunningPart } from './part.ts'
import { runCommand } from './run-command.ts'
import { endingWithStarter, startPart } from './start-part.ts'

const KAFKA_VERSION = '4.3.1'
const LOG4J_VERSION = '2.25.1'

export interface KafkaOptions {
  /** Its data, settings, log and pid; made when missing. */
  readonly dir: string
  /** Default: a free one. */
  readonly port?: number
  /** Where downloads are kept. */
  readonly cacheDir: string
  /** More options of the virtual machine, after ours. */
  readonly jvmOptions?: readonly string[]
}

/** One broker in KRaft mode on 127.0.0.1, without TLS or credentials: for development and tests. */
export async function startKafka(options: KafkaOptions): Promise<RunningPart> {
  return startPart(endingWithStarter(kafkaRecipe({ ...options, port: options.port ?? (await freePort()) })))
}

export function kafkaRecipe(options: KafkaOptions & { readonly port: number }): PartRecipe {
  const dir = resolve(options.dir)
  return {
    name: 'kafka',
    dir,
    url: `kafka://127.0.0.1:${options.port}`,
    port: options.port,
    stopSignal: 'SIGTERM',
    prepare: () => prepareKafka({ ...options, dir }),
    answers: () => kafkaAnswers(options.port),
    furnish: async () => {},
  }
}

async function prepareKafka(options: KafkaOptions & { readonly port: number }): Promise<PartCommand> {
  const { dir, port, cacheDir, jvmOptions = [] } = options
  const { java, libraries } = await installKafka(cacheDir)
  const settings = join(dir, 'server.properties')
  const logSettings = join(dir, 'log4j2.properties')
  const dataDir = join(dir, 'data')
  // The controller's port is nobody else's business, so it is drawn anew for every start.
  await writeFile(settings, kafkaSettings({ dataDir, port, controllerPort: await freePort() }))
  await writeFile(logSettings, kafkaLogSettings)
  const machine = [...smallMachine, ...jvmOptions, `-Dlog4j2.configurationFile=${logSettings}`, '-cp', `${libraries}/*`]
  if (!existsSync(join(dataDir, 'meta.properties'))) {
    const format = ['kafka.tools.StorageTool', 'format', '--cluster-id', clusterId(), '--config', settings]
    await runCommand(java, [...machine, ...format])
  }
  return { file: java, args: [...machine, 'kafka.Kafka', settings] }
}

/** Kafka's own jars and a virtual machine for them, in `cacheDir`. */
export async function installKafka(cacheDir: string): Promise<{ readonly java: string; readonly libraries: string }> {
  const java = await installJava(cacheDir)
  const libraries = join(cacheDir, `kafka-${KAFKA_VERSION}`)
  await installOnce(libraries, (folder) => copyLibraries('kafka', kafkaArtifacts, folder))
  return { java, libraries }
}

const kafkaArtifacts = [
  `org.apache.kafka:kafka_2.13:${KAFKA_VERSION}`,
  `org.apache.logging.log4j:log4j-slf4j-impl:${LOG4J_VERSION}`,
  `org.apache.logging.log4j:log4j-core:${LOG4J_VERSION}`,
]

/** Starts sooner and stays small; a server under load wants the second compiler back (`-XX:TieredStopAtLevel=4`). */
const smallMachine = [
  '-Xms128m',
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+ExitOnOutOfMemoryError',
]

/** As `StorageTool random-uuid` makes it, without a virtual machine: it must not begin with a dash. */
function clusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url')
    if (!id.startsWith('-')) return id
  }
}

const CORRELATION_ID = 7
const API_VERSIONS = 18
/** Length, api key, api version 0, correlation id, null client id (Kafka protocol, RequestHeader v1). */
const apiVersionsRequest = Buffer.from([0, 0, 0, 10, 0, API_VERSIONS, 0, 0, 0, 0, 0, CORRELATION_ID, 0xff, 0xff])
const HEAD_BYTES = 10

/** An ApiVersions round trip: a broker that only listens does not pass. */
async function kafkaAnswers(port: number): Promise<boolean> {
  const answer = await exchange(port, apiVersionsRequest, HEAD_BYTES)
  if (answer === null || answer.length < HEAD_BYTES) return false
  return answer.readInt32BE(4) === CORRELATION_ID && answer.readInt16BE(8) === 0
}
