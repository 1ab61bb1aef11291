import { Kafka, logLevel, type RetryOptions } from 'kafkajs'
import { mendKafkajs } from '../../infra/kafka/mend-kafkajs.ts'

/** A client of its own beside the system under test, which says nothing of what it tries again. `brokers`: `host:port`. */
export function quietKafka(brokers: readonly string[], retry?: RetryOptions): Kafka {
  mendKafkajs()
  return new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, ...(retry === undefined ? {} : { retry }) })
}
