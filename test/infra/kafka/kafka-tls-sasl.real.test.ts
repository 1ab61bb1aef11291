import test, { type ExecutionContext } from 'ava'
import { pino } from 'pino'
import { createKafkaLogWriter } from '../../../infra/kafka/kafka-log-writer.ts'
import type { KafkaSettings } from '../../../infra/kafka/kafka-settings.ts'
import { TopicCluster } from '../../../infra/kafka/topic-cluster.ts'
import { newRecord, textsFrom } from '../../contract/log-adapter.ts'
import { missingParts } from '../../support/real-parts.ts'
import { startSecuredBroker, USER } from './secured-broker.ts'
import { temporaryLog } from './temporary-log.ts'

const missing = await missingParts('kafka')
const real = missing === null ? test.serial : test.serial.skip
const reason = missing === null ? '' : ` (${missing})`
const BRIEF = { tryMs: 2_000, totalMs: 4_000 } as const

type Connection = Pick<KafkaSettings, 'tls' | 'sasl'>

const settingsFor = (address: string, connection: Connection): KafkaSettings => ({
  brokers: [address],
  clientId: 'somabrain-test',
  logger: pino({ level: 'silent' }),
  ...connection,
})

/** Why a client with these settings gets nothing. */
async function refusalOf(t: ExecutionContext, settings: KafkaSettings): Promise<string> {
  const cluster = new TopicCluster(settings, 'test-refused', BRIEF.tryMs)
  const error = await t.throwsAsync(cluster.call(async () => {}, BRIEF))
  await cluster.close()
  return `${error?.message}: ${(error?.cause as Error | undefined)?.message}`
}

real(`records are written and read over TLS with each way to log in, and by nobody else${reason}`, async (t) => {
  const { address, caFile } = await startSecuredBroker(t)
  for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const) {
    const settings = settingsFor(address, { tls: { caFile }, sasl: { mechanism, ...USER } })
    const log = await temporaryLog(settings)
    const writer = createKafkaLogWriter(settings, { topic: log.topic, generations: log.generations })
    const results = await writer.append([newRecord(3, `by ${mechanism}`)])
    t.like(results, [{ status: 'appended', offset: 1 }], mechanism)
    t.deepEqual(await textsFrom(log.reader, 3, 1), [`by ${mechanism}`])
    await writer.close()
    await log.remove()
  }
  const sasl = { mechanism: 'scram-sha-256', ...USER } as const
  const wrong = { ...sasl, password: 'wrong' }
  t.regex(await refusalOf(t, settingsFor(address, { tls: { caFile }, sasl: wrong })), /SASL|authentication/i)
  t.regex(await refusalOf(t, settingsFor(address, { tls: {}, sasl })), /certificate/i, 'of an unknown authority')
  t.notRegex(await refusalOf(t, settingsFor(address, { tls: null, sasl })), /undefined$/, 'without TLS')
})
