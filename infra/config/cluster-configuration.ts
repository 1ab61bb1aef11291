import { type KafkaSettings, parseKafkaUrl, type SaslMechanism } from '../kafka/kafka-settings.ts'
import { parseDsn } from '../postgres/postgres-dsn.ts'
import { ConfigurationError } from './configuration-error.ts'

/** Where the parts of a cluster are. */
export interface ClusterConfiguration {
  readonly kafka: Pick<KafkaSettings, 'brokers' | 'tls' | 'sasl'>
  /** Before every topic, subject and consumer group. */
  readonly topicPrefix: string
  /** Of topics that are made. */
  readonly replication: number
  readonly registryUrl: string
  readonly postgresDsn: string
  /** Of a pooler in front of the same database, for what queries read; `null`: there is none. */
  readonly postgresPoolerDsn: string | null
  readonly redisUrl: string
  /** Whether topics, schemas and tables are made at start, or have to be there. */
  readonly autoMigrate: boolean
  /** Whether every part must answer before the process starts, also those that it could do without for a while. */
  readonly fullStack: boolean
  /** Whether a start ends, and does not wait, when long-term memory does not answer. */
  readonly requiresMemory: boolean
}

type Values = ReadonlyMap<string, string>

const ADDRESSES = [
  'SOMABRAIN_KAFKA_URL',
  'SOMABRAIN_SCHEMA_REGISTRY_URL',
  'SOMABRAIN_POSTGRES_DSN',
  'SOMABRAIN_REDIS_URL',
] as const
const POOLER = 'SOMABRAIN_POSTGRES_POOLER_DSN'

/**
 * The cluster that the settings name; `null`: none, so the process runs embedded. Throws a `ConfigurationError` when only
 * some of its addresses are there, or one is not valid.
 */
export function clusterConfiguration(values: Values, production: boolean): ClusterConfiguration | null {
  const missing = ADDRESSES.filter((name) => !values.has(name))
  if (missing.length === ADDRESSES.length) {
    refuseEmbedded(values)
    return null
  }
  if (missing.length > 0) {
    const given = ADDRESSES.filter((name) => values.has(name))
    const problem = `${missing.length === 1 ? 'is' : 'are'} not set, and ${given.join(', ')} ${given.length === 1 ? 'is' : 'are'}`
    throw new ConfigurationError(missing.join(', '), problem, 'all four for a cluster, none of them to run embedded')
  }
  const [kafkaUrl, registryUrl, postgresDsn, redisUrl] = ADDRESSES.map((name) => values.get(name)!)
  const configuration: ClusterConfiguration = {
    kafka: { brokers: parseKafkaUrl(kafkaUrl!), tls: tlsOf(values), sasl: saslOf(values) },
    topicPrefix: topicPrefix(values.get('SOMABRAIN_KAFKA_TOPIC_PREFIX') ?? ''),
    replication: replication(values.get('SOMABRAIN_KAFKA_REPLICATION'), production),
    registryUrl: url('SOMABRAIN_SCHEMA_REGISTRY_URL', registryUrl!, ['http:', 'https:']),
    postgresDsn: dsn('SOMABRAIN_POSTGRES_DSN', postgresDsn!).text,
    postgresPoolerDsn: poolerDsn(values.get(POOLER)),
    redisUrl: url('SOMABRAIN_REDIS_URL', redisUrl!, ['redis:', 'rediss:']),
    autoMigrate: autoMigrate(values.get('SOMABRAIN_AUTO_MIGRATE'), production),
    fullStack: values.get('SOMABRAIN_FORCE_FULL_STACK') === '1',
    requiresMemory: values.get('SOMABRAIN_REQUIRE_MEMORY') === '1',
  }
  return Object.freeze(configuration)
}

function refuseEmbedded(values: Values): void {
  for (const name of ['SOMABRAIN_REQUIRE_EXTERNAL_BACKENDS', 'SOMABRAIN_FORCE_FULL_STACK']) {
    if (values.get(name) !== '1') continue
    throw new ConfigurationError(name, 'is 1, and no backing service is named', `${ADDRESSES.join(', ')} set, or 0`)
  }
  if (values.has(POOLER)) {
    throw new ConfigurationError(POOLER, 'is set, and no backing service is named', `${ADDRESSES.join(', ')} set too`)
  }
  const role = values.get('SOMABRAIN_ROLE')
  if (role === 'all') return
  throw new ConfigurationError('SOMABRAIN_ROLE', `is ${role}, and embedded one process does everything`, 'all')
}

function tlsOf(values: Values): KafkaSettings['tls'] {
  const caFile = values.get('SOMABRAIN_KAFKA_CA_FILE')
  if (values.get('SOMABRAIN_KAFKA_TLS') === '1') return { caFile }
  if (caFile === undefined) return null
  throw new ConfigurationError('SOMABRAIN_KAFKA_CA_FILE', 'is set, and SOMABRAIN_KAFKA_TLS is not 1', 'both or neither')
}

function saslOf(values: Values): KafkaSettings['sasl'] {
  const names = ['MECHANISM', 'USERNAME', 'PASSWORD'].map((part) => `SOMABRAIN_KAFKA_SASL_${part}`)
  const missing = names.filter((name) => !values.has(name))
  if (missing.length === names.length) return null
  if (missing.length > 0) throw new ConfigurationError(missing.join(', '), 'is not set', 'all three of them, or none')
  const [mechanism, username, password] = names.map((name) => values.get(name)!)
  return { mechanism: mechanism as SaslMechanism, username: username!, password: password! }
}

/** Legal in the names of topics, registry subjects and consumer groups alike. */
function topicPrefix(prefix: string): string {
  if (/^[A-Za-z0-9._-]{0,100}$/.test(prefix)) return prefix
  throw new ConfigurationError(
    'SOMABRAIN_KAFKA_TOPIC_PREFIX',
    `is "${prefix}"`,
    'at most 100 letters, digits, dots, underscores and hyphens',
  )
}

function replication(configured: string | undefined, production: boolean): number {
  if (configured === undefined) return production ? 3 : 1
  if (/^[1-9]$/.test(configured)) return Number(configured)
  throw new ConfigurationError('SOMABRAIN_KAFKA_REPLICATION', `is "${configured}"`, 'a whole number from 1 to 9')
}

function url(name: string, text: string, protocols: readonly string[]): string {
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text
  // The value may hold a password, so it is not repeated.
  throw new ConfigurationError(name, 'is not a URL of that kind', protocols.map((one) => `${one}//…`).join(' or '))
}

function dsn(name: string, text: string): { readonly text: string; readonly sessionOptions: readonly string[] } {
  try {
    return { text, sessionOptions: parseDsn(text).sessionOptions }
  } catch (error) {
    throw new ConfigurationError(name, `is not valid: ${(error as Error).message}`, 'postgresql://…')
  }
}

function poolerDsn(given: string | undefined): string | null {
  if (given === undefined) return null
  const { text, sessionOptions } = dsn(POOLER, given)
  if (sessionOptions.length === 0) return text
  throw new ConfigurationError(
    POOLER,
    'has `options`, and a pooler in transaction mode keeps none',
    'a DSN without them',
  )
}

function autoMigrate(configured: string | undefined, production: boolean): boolean {
  return configured === undefined ? !production : configured === '1'
}
