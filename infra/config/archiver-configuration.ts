import { resolve } from 'node:path'
import { type ClusterConfiguration, clusterConfiguration } from './cluster-configuration.ts'
import { metricsPort } from './metrics-port.ts'
import { type Environment, readSettings } from './read-settings.ts'

/** What an archiver needs to know: no master key, and nothing that signs or lets anybody in. */
export interface ArchiverConfiguration {
  /** Throws a `ConfigurationError` that names what is missing; `null`: no cluster is configured. */
  readonly cluster: () => ClusterConfiguration | null
  readonly host: string
  readonly metricsPort: number | null
  readonly logLevel: string
  readonly dataDir: string
  /** For a verification by whoever has it. */
  readonly signingKey: string | null
}

const REDIS = 'SOMABRAIN_REDIS_URL'
/** It is never asked. */
const NO_REDIS = 'redis://none'

/** Throws a `ConfigurationError` that names the setting at fault. */
export function readArchiverConfiguration(environment: Environment): ArchiverConfiguration {
  const { values } = readSettings(environment)
  const text = (name: string): string => values.get(name) ?? ''
  const isClustered = values.has('SOMABRAIN_KAFKA_URL')
  const addresses = isClustered && !values.has(REDIS) ? new Map([...values, [REDIS, NO_REDIS]]) : values
  return {
    cluster: () => clusterConfiguration(addresses, text('SOMABRAIN_MODE') === 'production'),
    host: text('SOMABRAIN_HOST'),
    metricsPort: metricsPort(values),
    logLevel: text('LOG_LEVEL'),
    dataDir: resolve(text('SOMABRAIN_DATA_DIR')),
    signingKey: values.get('SOMABRAIN_SIGNING_KEY') ?? null,
  }
}
