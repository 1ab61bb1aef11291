import test from 'ava'
import { isTransient } from '../../../infra/kafka/is-transient.ts'

/** As kafkajs throws them; most of its classes are not exported. */
const thrown = (name: string, fields: object = {}): Error => Object.assign(new Error(name), { name, ...fields })

test('brokers that do not answer, or do not know yet, are worth another try', (t) => {
  t.true(isTransient(thrown('KafkaJSConnectionError')))
  t.true(isTransient(thrown('KafkaJSProtocolError', { type: 'UNKNOWN_TOPIC_OR_PARTITION', retriable: true })))
  const cause = thrown('KafkaJSGroupCoordinatorNotFound', { retriable: false })
  t.true(isTransient(thrown('KafkaJSNonRetriableError', { retriable: false, cause })))
})

test('bugs and refusals are not', (t) => {
  t.false(isTransient(new TypeError('undefined is not a function')))
  t.false(isTransient(thrown('KafkaJSSASLAuthenticationError', { retriable: false })))
  t.false(isTransient(thrown('KafkaJSProtocolError', { type: 'GROUP_AUTHORIZATION_FAILED', retriable: false })))
  t.false(isTransient(undefined))
})
