import { readFileSync } from 'node:fs'
import { Kafka, type KafkaConfig, type RetryOptions, type SASLOptions } from 'kafkajs'
import { ConfigurationError } from '../config/configuration-error.ts'
import type { KafkaSettings } from './kafka-settings.ts'
import { kafkajsLogLevel, kafkajsLogs } from './kafkajs-logs.ts'
import { mendKafkajs } from './mend-kafkajs.ts'
import { watchedSockets } from './watched-socket.ts'

/** The client's own answer to a broker that restarts: try on, at least once a second, for as long as it takes. */
export const PATIENT_RETRY: RetryOptions = {
  initialRetryTime: 100,
  maxRetryTime: 1_000,
  retries: Number.MAX_SAFE_INTEGER,
  factor: 0,
  multiplier: 1.5,
}

const CONNECTION_TIMEOUT_MS = 3_000
const REQUEST_TIMEOUT_MS = 10_000
/** Above the longest wait that a broker makes a client take on purpose: a join lasts up to the rebalance timeout. */
const SILENCE_MS = 15_000

/** For what a person or a probe waits for: about three seconds. */
export const BRIEF_RETRY: RetryOptions = { ...PATIENT_RETRY, retries: 8 }

/** A client that waits patiently, unless told otherwise; for what must answer in time there is also `TopicCluster`. */
export function createKafka(settings: KafkaSettings, retry: RetryOptions = PATIENT_RETRY): Kafka {
  return new Kafka({ ...kafkaConfig(settings), retry })
}

/** Throws a {@link ConfigurationError} when the file of certificate authorities cannot be read. */
export function kafkaConfig(settings: KafkaSettings): KafkaConfig {
  mendKafkajs()
  return {
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    ssl: settings.tls === null ? false : tlsOptions(settings.tls),
    ...(settings.sasl === null ? {} : { sasl: settings.sasl as SASLOptions }),
    retry: PATIENT_RETRY,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    socketFactory: watchedSockets(SILENCE_MS),
    logLevel: kafkajsLogLevel(settings.logger),
    logCreator: kafkajsLogs(settings.logger),
  }
}

function tlsOptions({ caFile }: NonNullable<KafkaSettings['tls']>): true | { readonly ca: string[] } {
  if (caFile === undefined) return true
  try {
    return { ca: [readFileSync(caFile, 'utf8')] }
  } catch (error) {
    throw new ConfigurationError(
      'SOMABRAIN_KAFKA_CA_FILE',
      `cannot be read: ${(error as Error).message}`,
      'a PEM file with the certificate authorities of the brokers',
    )
  }
}
