import { totalmem } from 'node:os'
import { resolve } from 'node:path'
import type { RequestBounds } from '../../domain/limits/request-bounds.ts'
import type { EmbedderSettings } from '../embedder/open-embedder.ts'
import type { LimitSettings } from '../limits/limit-settings.ts'
import { memoryLimit } from '../telemetry/memory-limit.ts'
import { type ClusterConfiguration, clusterConfiguration } from './cluster-configuration.ts'
import { ConfigurationError } from './configuration-error.ts'
import { type CredentialsConfiguration, credentialsConfiguration, hasCredentials } from './credentials-configuration.ts'
import { embedderConfiguration } from './embedder-configuration.ts'
import { erasureConfiguration } from './erasure-configuration.ts'
import { boundsConfiguration, limitsConfiguration } from './limits-configuration.ts'
import { LIMITS_FILE, readLimitsFile } from './limits-file.ts'
import { isLoopbackName } from './loopback-name.ts'
import { masterKeys } from './master-keys.ts'
import { metricsPort } from './metrics-port.ts'
import { refuseInProduction } from './production-rules.ts'
import { type Environment, readSettings } from './read-settings.ts'
import { wholeNumber } from './whole-number.ts'

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
  /** Where `/metrics` is, without a credential; `null`: on the API's port, with one. */
  readonly metricsPort: number | null
  /** Absolute. */
  readonly dataDir: string
  readonly logLevel: string
  readonly masterKey: string | null
  readonly signingKey: string | null
  /** How long operations stay in the audit; `null`: for good. */
  readonly auditRetentionDays: number | null
  readonly erasure: ReturnType<typeof erasureConfiguration>
  readonly credentials: CredentialsConfiguration
  /** Policy engine; `null`: the built-in roles decide alone. */
  readonly opaEndpoint: string | null
  /** Of tenants; `null`: none. */
  readonly limits: LimitSettings | null
  /** What one request of a tenant may hold. */
  readonly boundsOf: (tenant: string) => RequestBounds
  readonly viewMemoryBytes: number
  readonly embedder: EmbedderSettings
  readonly notices: readonly string[]
}

const MIB = 1024 * 1024
const VIEW_SHARE_OF_MEMORY = 0.4
const MOST_AUDIT_RETENTION_DAYS = 36_500

/** Parses and checks the environment. Throws a `ConfigurationError` that names the setting at fault. */
export function readConfiguration(environment: Environment): Configuration {
  const { values, notices } = readSettings(environment)
  const text = (name: string): string => values.get(name) ?? ''
  const limitsFile = readLimitsFile(values.get(LIMITS_FILE))
  const configuration: Configuration = {
    mode: text('SOMABRAIN_MODE') as Configuration['mode'],
    role: text('SOMABRAIN_ROLE') as Role,
    cluster: clusterConfiguration(values, text('SOMABRAIN_MODE') === 'production'),
    host: text('SOMABRAIN_HOST'),
    port: wholeNumber('SOMABRAIN_PORT', text('SOMABRAIN_PORT'), 0, 65_535),
    metricsPort: metricsPort(values),
    dataDir: resolve(text('SOMABRAIN_DATA_DIR')),
    logLevel: text('LOG_LEVEL'),
    masterKey: masterKeys(values),
    signingKey: values.get('SOMABRAIN_SIGNING_KEY') ?? null,
    auditRetentionDays: auditRetention(values.get('SOMABRAIN_AUDIT_RETENTION_DAYS')),
    erasure: erasureConfiguration(values),
    credentials: credentialsConfiguration(values),
    opaEndpoint: opaEndpoint(values.get('SOMABRAIN_OPA_ENDPOINT')),
    limits: limitsConfiguration(values, text('SOMABRAIN_MODE') === 'development', limitsFile),
    boundsOf: boundsConfiguration(limitsFile),
    viewMemoryBytes: viewMemory(values.get('SOMABRAIN_VIEW_MEMORY_MB')),
    embedder: embedderConfiguration(values),
    notices,
  }
  refuseOpenDoors(configuration)
  if (configuration.mode === 'production') refuseInProduction(values, configuration.credentials)
  return Object.freeze(configuration)
}

function refuseOpenDoors({ host, credentials }: Configuration): void {
  if (hasCredentials(credentials) || isLoopbackName(host)) return
  throw new ConfigurationError(
    'SOMABRAIN_HOST',
    `is ${host}, and no credential is configured, so anyone who reaches it could read and write`,
    'a loopback address, or SOMABRAIN_API_TOKEN or another credential set',
  )
}

const auditRetention = (configured: string | undefined): number | null =>
  configured === undefined
    ? null
    : wholeNumber('SOMABRAIN_AUDIT_RETENTION_DAYS', configured, 1, MOST_AUDIT_RETENTION_DAYS)

function opaEndpoint(configured: string | undefined): string | null {
  if (configured === undefined) return null
  if (URL.canParse(configured) && /^https?:$/.test(new URL(configured).protocol)) return configured
  throw new ConfigurationError('SOMABRAIN_OPA_ENDPOINT', `is "${configured}"`, 'http://host:port or https://host:port')
}

function viewMemory(configured: string | undefined): number {
  if (configured !== undefined) return wholeNumber('SOMABRAIN_VIEW_MEMORY_MB', configured, 16, 1_048_576) * MIB
  return Math.floor((memoryLimit() ?? totalmem()) * VIEW_SHARE_OF_MEMORY)
}
