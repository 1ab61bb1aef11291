import { totalmem } from 'node:os'
import { resolve } from 'node:path'
import { type ClusterConfiguration, clusterConfiguration } from './cluster-configuration.ts'
import { ConfigurationError } from './configuration-error.ts'
import { DEVELOPMENT_CREDENTIALS } from './development-credentials.ts'
import { type Environment, readSettings } from './read-settings.ts'

export type Role = 'commands' | 'query' | 'projector' | 'all'

/** How a process runs: parsed once, frozen. */
export interface Configuration {
  readonly mode: 'development' | 'enterprise' | 'production'
  /** Embedded it is `all`. */
  readonly role: Role
  /** `null`: embedded. */
  readonly cluster: ClusterConfiguration | null
  readonly host: string
  readonly port: number
  /** Absolute. */
  readonly dataDir: string
  readonly logLevel: string
  readonly masterKey: string | null
  readonly apiToken: string | null
  readonly viewMemoryBytes: number
  readonly notices: readonly string[]
}

const MIB = 1024 * 1024
const VIEW_SHARE_OF_MEMORY = 0.4
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/

/** Parses and checks the environment. Throws a `ConfigurationError` that names the setting at fault. */
export function readConfiguration(environment: Environment): Configuration {
  const { values, notices } = readSettings(environment)
  const text = (name: string): string => values.get(name) ?? ''
  const configuration: Configuration = {
    mode: text('SOMABRAIN_MODE') as Configuration['mode'],
    role: text('SOMABRAIN_ROLE') as Role,
    cluster: clusterConfiguration(values, text('SOMABRAIN_MODE') === 'production'),
    host: text('SOMABRAIN_HOST'),
    port: wholeNumber('SOMABRAIN_PORT', text('SOMABRAIN_PORT'), 0, 65_535),
    dataDir: resolve(text('SOMABRAIN_DATA_DIR')),
    logLevel: text('LOG_LEVEL'),
    masterKey: values.get('SOMABRAIN_MASTER_KEY') ?? null,
    apiToken: values.get('SOMABRAIN_API_TOKEN') ?? null,
    viewMemoryBytes: viewMemory(values.get('SOMABRAIN_VIEW_MEMORY_MB')),
    notices,
  }
  refuseOpenDoors(configuration)
  return Object.freeze(configuration)
}

function refuseOpenDoors({ mode, host, apiToken, masterKey }: Configuration): void {
  if (apiToken === null && !LOOPBACK.test(host)) {
    throw new ConfigurationError(
      'SOMABRAIN_HOST',
      `is ${host}, and no credential is configured, so anyone who reaches it could read and write`,
      'a loopback address, or SOMABRAIN_API_TOKEN set',
    )
  }
  if (mode !== 'production') return
  if (apiToken === null)
    throw new ConfigurationError('SOMABRAIN_API_TOKEN', 'is not set in production mode', 'a secret token')
  if (DEVELOPMENT_CREDENTIALS.has(apiToken)) {
    throw new ConfigurationError(
      'SOMABRAIN_API_TOKEN',
      'is a development credential in production mode',
      'a secret of your own',
    )
  }
  if (masterKey === null) {
    throw new ConfigurationError('SOMABRAIN_MASTER_KEY', 'is not set in production mode', '32 bytes as base64 or hex')
  }
}

function viewMemory(configured: string | undefined): number {
  if (configured !== undefined) return wholeNumber('SOMABRAIN_VIEW_MEMORY_MB', configured, 16, 1_048_576) * MIB
  // constrainedMemory is the cgroup's limit, or 0, or beyond physical memory where there is none.
  const limit = process.constrainedMemory()
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  return Math.floor(memory * VIEW_SHARE_OF_MEMORY)
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new ConfigurationError(name, `is "${text}"`, `a whole number from ${least} to ${most}`)
}
