import { pino } from 'pino'
import { type KafkaSettings, parseKafkaUrl } from '../../../infra/kafka/kafka-settings.ts'
import { realParts } from '../../support/real-parts.ts'

/** Settings for the real Kafka that the tests find. */
export const realKafka = (level = process.env.LOG_LEVEL ?? 'silent'): KafkaSettings => ({
  brokers: parseKafkaUrl(realParts.kafka),
  clientId: 'somabrain-test',
  tls: null,
  sasl: null,
  logger: pino({ level }),
})
