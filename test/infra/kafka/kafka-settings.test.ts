import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { pino } from 'pino'
import { ConfigurationError } from '../../../infra/config/configuration-error.ts'
import { kafkaConfig } from '../../../infra/kafka/kafka-client.ts'
import { type KafkaSettings, parseKafkaUrl } from '../../../infra/kafka/kafka-settings.ts'
import { temporaryFolder } from '../sqlite/temporary-stores.ts'

const settings: KafkaSettings = {
  brokers: ['kafka-1:9092'],
  clientId: 'test',
  tls: null,
  sasl: null,
  logger: pino({ level: 'silent' }),
}

test('a Kafka URL names one broker or several', (t) => {
  t.deepEqual(parseKafkaUrl('kafka://127.0.0.1:30102'), ['127.0.0.1:30102'])
  t.deepEqual(parseKafkaUrl(' kafka://a.example:9092,b-2:09094/ '), ['a.example:9092', 'b-2:9094'])
})

for (const url of [
  '',
  'localhost:9092',
  'http://localhost:9092',
  'kafka://',
  'kafka://localhost',
  'kafka://localhost:0',
  'kafka://localhost:65536',
  'kafka://a:9092,',
  'kafka://a:9092,,b:9092',
  'kafka://[::1]:9092',
  'kafka://a:9092/topic',
]) {
  test(`"${url}" is refused with the name of the setting`, (t) => {
    const error = t.throws(() => parseKafkaUrl(url), { instanceOf: ConfigurationError })
    t.regex(error.message, /^SOMABRAIN_KAFKA_URL .*Expected: kafka:\/\/host:port/)
  })
}

test('credentials in the URL are refused and not repeated', (t) => {
  const error = t.throws(() => parseKafkaUrl('kafka://admin:hunter2@broker:9092'), { instanceOf: ConfigurationError })
  t.regex(error.message, /SOMABRAIN_KAFKA_SASL_PASSWORD/)
  t.notRegex(error.message, /hunter2/)
})

test('TLS takes the authorities of a file, or those of the machine', (t) => {
  const caFile = join(temporaryFolder(t), 'ca.pem')
  writeFileSync(caFile, 'a certificate')
  t.deepEqual(kafkaConfig({ ...settings, tls: { caFile } }).ssl, { ca: ['a certificate'] })
  t.is(kafkaConfig({ ...settings, tls: {} }).ssl, true)
  t.is(kafkaConfig(settings).ssl, false)
})

test('a file of authorities that cannot be read is refused with the name of the setting', (t) => {
  const tls = { caFile: join(temporaryFolder(t), 'missing.pem') }
  const error = t.throws(() => kafkaConfig({ ...settings, tls }), { instanceOf: ConfigurationError })
  t.regex(error.message, /^SOMABRAIN_KAFKA_CA_FILE cannot be read/)
})

test('SASL is passed on as it was set', (t) => {
  const sasl = { mechanism: 'scram-sha-512', username: 'soma', password: 'secret' } as const
  t.deepEqual(kafkaConfig({ ...settings, sasl }).sasl, sasl)
  t.false('sasl' in kafkaConfig(settings))
})
