import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePort } from './free-port.ts'
import { installJava } from './install-java.ts'
import { installOnce } from './install-once.ts'
import { unpackArchive } from './maven.ts'
import { type PartCommand, type PartRecipe, PartUnavailableError, type RunningPart } from './part.ts'
import { endingWithStarter, startPart } from './start-part.ts'

const APICURIO_VERSION = '3.3.3'
const PROBE_TIMEOUT_MS = 3_000
const FURNISH_TRIES = 5
const FURNISH_TIMEOUT_MS = 20_000
/** A log that is replayed from its first record needs every version to read every other. */
const COMPATIBILITY = 'FULL_TRANSITIVE'

export interface RegistryOptions {
  readonly dir: string
  /** Default: a free one. */
  readonly port?: number
  readonly cacheDir: string
  /** `kafka://host:port` of the broker that keeps the schemas. */
  readonly kafkaUrl: string
}

/** A schema registry (Apicurio) that speaks Confluent's protocol; its state is a topic of the broker. */
export async function startRegistry(options: RegistryOptions): Promise<RunningPart> {
  return startPart(endingWithStarter(registryRecipe({ ...options, port: options.port ?? (await freePort()) })))
}

export function registryRecipe(options: RegistryOptions & { readonly port: number }): PartRecipe {
  const dir = resolve(options.dir)
  const url = `http://127.0.0.1:${options.port}/apis/ccompat/v7`
  return {
    name: 'registry',
    dir,
    url,
    port: options.port,
    stopSignal: 'SIGTERM',
    prepare: () => prepareRegistry({ ...options, dir }),
    answers: () => registryAnswers(url),
    furnish: () => requireCompatibility(url),
  }
}

async function prepareRegistry(options: RegistryOptions & { readonly port: number }): Promise<PartCommand> {
  const { dir, port, cacheDir, kafkaUrl } = options
  const java = await installJava(cacheDir)
  const folder = join(cacheDir, `apicurio-registry-${APICURIO_VERSION}`)
  const jar = join(folder, 'quarkus-run.jar')
  const artifact = `io.apicurio:apicurio-registry-app:${APICURIO_VERSION}:tar.gz:all`
  await installOnce(folder, (into) => unpackArchive('registry', artifact, into))
  if (!existsSync(jar)) throw new PartUnavailableError('registry', `${artifact} holds no quarkus-run.jar`)
  const settings = {
    // Apicurio itself ignores it: it makes the command line name the folder.
    'somabrain.stack': `${dir}/`,
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': port,
    'quarkus.management.host': '127.0.0.1',
    'quarkus.management.port': await freePort(),
    'apicurio.storage.kind': 'kafkasql',
    'apicurio.kafkasql.bootstrap.servers': kafkaUrl.replace('kafka://', ''),
    'apicurio.kafkasql.consumer.poll.timeout': 100,
    'apicurio.kafkasql.coordinator.response-timeout': 8_000,
    'apicurio.datasource.jdbc.initial-size': 2,
    'apicurio.datasource.jdbc.min-size': 2,
    'apicurio.datasource.jdbc.max-size': 10,
    'quarkus.http.access-log.enabled': false,
    'quarkus.log.level': 'WARN',
  }
  const properties = Object.entries(settings).map(([name, value]) => `-D${name}=${value}`)
  return { file: java, args: [...smallMachine, ...properties, '-jar', jar] }
}

const smallMachine = [
  '-Xms64m',
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+ExitOnOutOfMemoryError',
]

async function registryAnswers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })
    return answer.ok && Array.isArray(await answer.json())
  } catch {
    // Refused, cut off or silent: it does not answer yet.
    return false
  }
}

/**
 * Apicurio's own global level is NONE. The level is kept in Kafka, which has only just started: on a busy machine the first
 * try can time out in between, and is made again.
 */
async function requireCompatibility(url: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const answer = await fetch(`${url}/config`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ compatibility: COMPATIBILITY }),
      signal: AbortSignal.timeout(FURNISH_TIMEOUT_MS),
    })
    if (answer.ok) return
    const refusal = await answer.text()
    if (answer.status < 500 || tries === FURNISH_TRIES) {
      throw new PartUnavailableError('registry', `refuses the level ${COMPATIBILITY}: ${refusal}`)
    }
  }
}
