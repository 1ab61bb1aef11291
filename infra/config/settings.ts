import { credentialSettings } from './credential-settings.ts'
import { embedderSettings } from './embedder-settings.ts'
import { erasureSettingRows } from './erasure-setting-rows.ts'
import type { Setting } from './setting.ts'

/** Which of them are set decides the way of running: all of the four addresses a cluster, none of them embedded. */
const clusterSettings: readonly Setting[] = [
  {
    name: 'SOMABRAIN_KAFKA_URL',
    meaning:
      'The brokers of the log: kafka://host:port[,host:port]. The four addresses of a cluster are set together or not at all',
    default: null,
  },
  {
    name: 'SOMABRAIN_SCHEMA_REGISTRY_URL',
    meaning: 'The schema registry: http(s)://[user:password@]host[:port][/path]',
    default: null,
    secret: true,
  },
  {
    name: 'SOMABRAIN_POSTGRES_DSN',
    meaning:
      'Long-term memory: postgresql://user:password@host:port/database[?sslmode=disable|require|verify-ca|verify-full]',
    default: null,
    secret: true,
  },
  {
    name: 'SOMABRAIN_POSTGRES_POOLER_DSN',
    meaning:
      'A pooler in transaction mode in front of the same database (docs/how-to/put-a-pooler-before-postgres.md): what queries read goes through it, everything else to SOMABRAIN_POSTGRES_DSN. Unset: all of it does',
    default: null,
    secret: true,
  },
  {
    name: 'SOMABRAIN_REDIS_URL',
    meaning: 'Working memory: redis(s)://[user]:password@host:port[/database]',
    default: null,
    secret: true,
  },
  { name: 'SOMABRAIN_KAFKA_TLS', meaning: '1: talk to the brokers over TLS', default: '0', values: ['0', '1'] },
  {
    name: 'SOMABRAIN_KAFKA_CA_FILE',
    meaning: "PEM file with the brokers' certificate authorities. Unset: those of this machine",
    default: null,
  },
  {
    name: 'SOMABRAIN_KAFKA_SASL_MECHANISM',
    meaning: 'How to log in to the brokers. Unset: not at all',
    default: null,
    values: ['plain', 'scram-sha-256', 'scram-sha-512'],
  },
  { name: 'SOMABRAIN_KAFKA_SASL_USERNAME', meaning: 'Name to log in to the brokers with', default: null },
  {
    name: 'SOMABRAIN_KAFKA_SASL_PASSWORD',
    meaning: 'Password to log in to the brokers with',
    default: null,
    secret: true,
  },
  {
    name: 'SOMABRAIN_KAFKA_TOPIC_PREFIX',
    meaning: 'Put before every topic, subject and consumer group, so that several systems can share brokers',
    default: '',
  },
  {
    name: 'SOMABRAIN_KAFKA_REPLICATION',
    meaning:
      'Replicas of the topics that are made. Unset: 3 in production mode, else 1. min.insync.replicas is one less, at least 1',
    default: null,
  },
]

export const settings: readonly Setting[] = [
  {
    name: 'SOMABRAIN_MODE',
    meaning: 'How strict to be: production refuses to start without credentials of its own and a master key',
    default: 'development',
    values: ['development', 'enterprise', 'production'],
  },
  {
    name: 'SOMABRAIN_HOST',
    meaning: 'Address to listen on; not beyond loopback without a credential',
    default: '127.0.0.1',
  },
  { name: 'SOMABRAIN_PORT', meaning: 'Port of both APIs; 0 takes a free one', default: '9696' },
  {
    name: 'SOMABRAIN_METRICS_PORT',
    meaning:
      'Port of /metrics alone, on the same address, without a credential: for production, where that port stays within the network. Unset: on the API port, with a credential',
    default: null,
  },
  {
    name: 'SOMABRAIN_DATA_DIR',
    meaning: 'Folder of the log, the keys and the derived state; of a cluster only of a master key that was made',
    default: './data',
  },
  {
    name: 'SOMABRAIN_ROLE',
    meaning: 'What this process of a cluster does; embedded it does everything',
    default: 'all',
    values: ['commands', 'query', 'projector', 'all'],
  },
  {
    name: 'LOG_LEVEL',
    meaning: 'Least severity that is logged',
    default: 'info',
    values: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
  },
  {
    name: 'SOMABRAIN_MASTER_KEY',
    meaning:
      'Wraps the data keys: 32 bytes as base64 or hex; the same for all processes of a cluster. Unset, one is made in the data directory at first start; required in production. Keep a copy elsewhere: without it nothing stored can be read',
    default: null,
    secret: true,
  },
  {
    name: 'SOMABRAIN_VIEW_MEMORY_MB',
    meaning: 'Memory for resident views; the least recently used leave beyond it. Unset: 40 % of the memory limit',
    default: null,
    unit: 'MiB',
  },
  {
    name: 'SOMABRAIN_REQUIRE_MEMORY',
    meaning:
      '1: a process ends at start, and does not wait, when long-term memory does not answer (embedded it always does)',
    default: '0',
    values: ['0', '1'],
  },
  {
    name: 'SOMABRAIN_REQUIRE_EXTERNAL_BACKENDS',
    meaning: '1: refuse to start embedded: the addresses of a cluster must be set',
    default: '0',
    values: ['0', '1'],
  },
  {
    name: 'SOMABRAIN_FORCE_FULL_STACK',
    meaning: '1: refuse to start embedded, and end at start, and do not wait, when any backing service does not answer',
    default: '0',
    values: ['0', '1'],
  },
  ...clusterSettings,
  ...credentialSettings,
  {
    name: 'SOMABRAIN_SIGNING_KEY',
    meaning:
      'Signs audit anchors and erasure receipts: an Ed25519 private key as PEM, or its 32 bytes as base64 or hex. Unset, one is made in the data directory at first start; required in production. Keep a copy elsewhere; exchanged for another one, what it signed verifies with its public key alone (SOMABRAIN_SIGNING_PUBLIC_KEYS_FILE)',
    default: null,
    secret: true,
  },
  {
    name: 'SOMABRAIN_AUDIT_RETENTION_DAYS',
    meaning:
      'How long reads, refusals and administration stay in the audit, at least 1: what is older goes once a UTC day, up to a signed anchor and only where the audit verifies. Unset: for good. Writes are the log of record and always stay',
    default: null,
    unit: 'd',
  },
  ...erasureSettingRows,
  {
    name: 'SOMABRAIN_OPA_ENDPOINT',
    meaning:
      'Policy engine (Open Policy Agent) that may narrow what the roles allow: http(s)://host:port. It fails closed: without its answer, 503 policy_unavailable',
    default: null,
  },
  {
    name: 'SOMABRAIN_RATE_RPS',
    meaning: 'Requests of a tenant, on and on; 0: no limit. Unset: 100, in development mode no limit',
    default: null,
    unit: '1/s',
  },
  {
    name: 'SOMABRAIN_RATE_BURST',
    meaning: 'Requests of a tenant at once. Unset: two seconds of SOMABRAIN_RATE_RPS',
    default: null,
  },
  {
    name: 'SOMABRAIN_WRITE_DAILY_LIMIT',
    meaning: 'Memories of a tenant in a UTC day; 0: no limit. Unset: 50000, in development mode no limit',
    default: null,
  },
  {
    name: 'SOMABRAIN_NAMESPACE_LIMIT',
    meaning: 'Namespaces of a tenant; 0: no limit. Unset: 1000, in development mode no limit',
    default: null,
  },
  {
    name: 'SOMABRAIN_LIMITS_FILE',
    meaning:
      'JSON file of what single tenants may do and what their requests may hold, read at start: {"default": {…}, "tenants": {"name": {…}}}; its fields are in docs/reference/limits.md',
    default: null,
  },
  ...embedderSettings,
  {
    name: 'SOMABRAIN_AUTO_MIGRATE',
    meaning:
      '1: make topics, register schemas and migrate Postgres at start. Unset: 0 in production mode, where that is a job of its own and 1 is refused, else 1 (embedded, derived state of another fold version is always folded again)',
    default: null,
    values: ['0', '1'],
  },
  { name: 'SOMABRAIN_MEMORY_HTTP_ENDPOINT', meaning: 'Long-term memory is built in', default: null, state: 'unused' },
  {
    name: 'SOMABRAIN_MEMORY_HTTP_TOKEN',
    meaning: 'Long-term memory is built in',
    default: null,
    secret: true,
    state: 'unused',
  },
  { name: 'ENABLE_COG_THREADS', meaning: 'There are no cognitive threads', default: null, state: 'unused' },
]
