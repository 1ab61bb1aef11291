import type { Logger } from 'pino'
import { ConfigurationError } from '../config/configuration-error.ts'

export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512'

export interface KafkaSettings {
  /** `host:port`, at least one; the others are found from it. */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** `caFile` is a PEM file; without it the machine's certificate authorities count. */
  readonly tls: { readonly caFile?: string | undefined } | null
  readonly sasl: {
    readonly mechanism: SaslMechanism
    readonly username: string
    readonly password: string
  } | null
  readonly logger: Logger
}

const SETTING = 'SOMABRAIN_KAFKA_URL'
const EXPECTED = 'kafka://host:port[,host:port]'
const MAX_PORT = 65_535

/** The brokers of `kafka://host:port[,host:port]`. Throws a {@link ConfigurationError} that never repeats the value. */
export function parseKafkaUrl(url: string, setting = SETTING): readonly string[] {
  const list = /^kafka:\/\/([^/?#]+)\/?$/.exec(url.trim())?.[1]
  if (list === undefined) throw new ConfigurationError(setting, 'is not a Kafka URL', EXPECTED)
  if (list.includes('@')) {
    const where = 'SOMABRAIN_KAFKA_SASL_USERNAME and SOMABRAIN_KAFKA_SASL_PASSWORD'
    throw new ConfigurationError(setting, `holds credentials, which belong into ${where}`, EXPECTED)
  }
  return list.split(',').map((broker, i) => {
    // kafkajs 2.2.4 cuts an address at its first colon, so IPv6 literals cannot be given to it.
    const [, host, port] = /^([A-Za-z0-9._-]+):(\d{1,5})$/.exec(broker.trim()) ?? []
    if (host === undefined || Number(port) < 1 || Number(port) > MAX_PORT) {
      throw new ConfigurationError(setting, `has no host name and port as its broker ${i + 1}`, EXPECTED)
    }
    return `${host}:${Number(port)}`
  })
}
